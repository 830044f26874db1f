import assert from 'node:assert/strict';
import { test } from 'node:test';
import schema from '../../schemas/hub.schema.json' with { type: 'json' };
import { DEFAULTS } from '../../src/sharing/hub-rules.ts';
import { MARKING_CLASSES, TLP_LEVELS } from '../../src/sharing/model.ts';

test('the defaults that the schema tells editors are those that apply uses', () => {
  const { api_root, collection } = schema.$defs;
  assert.deepEqual(
    {
      maxContentLength: api_root.properties.max_content_length.default,
      mediaTypes: collection.properties.media_types.default,
      defaultTlp: collection.properties.default_tlp.default,
      unknownMarking: collection.properties.unknown_marking.default,
      pageDefault: collection.properties.page_default.default,
      pageMax: collection.properties.page_max.default,
    },
    DEFAULTS,
  );
});

test('the schema knows the TLP levels of the model', () => {
  assert.deepEqual(schema.$defs.tlp.enum, TLP_LEVELS);
  assert.deepEqual(['unmarked', ...TLP_LEVELS, 'other', 'statement'], MARKING_CLASSES);
});

test('every object in the schema refuses unknown keys', () => {
  const objects = [schema, ...Object.values(schema.$defs).filter((part) => 'properties' in part)];
  for (const part of objects) assert.equal('additionalProperties' in part && part.additionalProperties, false);
});
