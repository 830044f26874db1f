import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextModified, revokedText } from '../../src/stix/revoke.ts';
import { timestampKey } from '../../src/time.ts';

const NOW = '2026-01-01T00:00:00.000Z';

test('only modified and revoked are touched, octet by octet', () => {
  const before = '{"type":"indicator","modified":"2020-01-01T00:00:00Z","n":1.50e0,"name":"\\u00e9 \\"modified\\":"}';
  const after = `{"type":"indicator","modified":"${NOW}","revoked":true,"n":1.50e0,"name":"\\u00e9 \\"modified\\":"}`;
  assert.equal(revokedText(before, NOW), after);
});

test('a revoked that is there already is set where it stands', () => {
  assert.equal(
    revokedText('{"revoked":false,"type":"report","x":{"modified":"y"},"modified":"2020-01-01T00:00:00Z"}', NOW),
    `{"revoked":true,"type":"report","x":{"modified":"y"},"modified":"${NOW}"}`,
  );
  const names = '{"type":"report","modi\\u0066ied":"2020-01-01T00:00:00Z","\\u0072evoked":true}';
  assert.equal(revokedText(names, NOW), `{"type":"report","modi\\u0066ied":"${NOW}","\\u0072evoked":true}`);
});

test('what is never revised has no revoked version (STIX 2.1 §3.6)', () => {
  for (const json of [
    '{"type":"ipv4-addr","value":"198.51.100.3"}',
    '{"type":"ipv4-addr","value":"198.51.100.3","modified":"2020-01-01T00:00:00Z"}',
    '{"type":"marking-definition","created":"2020-01-01T00:00:00Z"}',
    '{"type":"indicator","created":"2020-01-01T00:00:00Z"}',
  ])
    assert.equal(revokedText(json, NOW), undefined, json);
});

test('any object differs in nothing else than modified and revoked', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (more, known) => {
      const { revoked: _, modified: __, type: ___, ...rest } = more;
      const object = {
        type: 'report',
        ...rest,
        modified: '2020-01-01T00:00:00Z',
        ...(known ? { revoked: false } : {}),
      };
      const text = revokedText(JSON.stringify(object), NOW);
      assert.deepEqual(JSON.parse(text ?? ''), JSON.parse(JSON.stringify({ ...object, modified: NOW, revoked: true })));
    }),
  );
});

test('the next version is of now, and later than the newest wherever that lies', () => {
  const now = Date.parse(NOW);
  assert.equal(nextModified('2020-01-01T00:00:00', now), NOW);
  assert.equal(nextModified('2026-01-01T00:00:00', now), '2026-01-01T00:00:01.000Z');
  assert.equal(nextModified('2016-12-31T23:59:60', now - 1e12), '2017-01-01T00:00:01.000Z');
  for (const newest of [
    '2030-06-30T23:59:60',
    '9999-12-31T23:59:59',
    '9999-12-31T23:59:59.999',
    '9998-12-31T23:59:59.9',
  ])
    assert.ok((timestampKey(nextModified(newest, now)) ?? '') > newest, newest);
});
