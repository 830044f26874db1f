import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { classesUpTo } from '../../src/sharing/decide.ts';
import { type Collection, type MarkingClass, TLP_LEVELS } from '../../src/sharing/model.ts';
import type { JsonObject } from '../../src/stix/json.ts';
import { markingClass } from '../../src/stix/tlp.ts';

const IDS = {
  white: 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  green1: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  amber1: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  red1: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
  clear: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  amberStrict: 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  red: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
  statement: 'marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168',
} as const;

function marked(...names: (keyof typeof IDS)[]): JsonObject {
  return { type: 'indicator', object_marking_refs: names.map((name) => IDS[name]) };
}

test('the definitions of TLP 1 and TLP 2.0 give their class', () => {
  const expected: readonly (readonly [keyof typeof IDS, MarkingClass])[] = [
    ['white', 'clear'],
    ['green1', 'green'],
    ['amber1', 'amber'],
    ['red1', 'red'],
    ['clear', 'clear'],
    ['green', 'green'],
    ['amber', 'amber'],
    ['amberStrict', 'amber+strict'],
    ['red', 'red'],
  ];
  for (const [name, marking] of expected) assert.equal(markingClass(marked(name)), marking, name);
});

test('of several the most closed counts', () => {
  assert.equal(markingClass(marked('white', 'amber1', 'green')), 'amber');
  assert.equal(markingClass(marked('amber', 'amberStrict')), 'amber+strict');
  assert.equal(markingClass(marked('red', 'clear')), 'red');
});

test('an object without markings is unmarked, a definition of TLP too', () => {
  assert.equal(markingClass({ type: 'indicator' }), 'unmarked');
  assert.equal(markingClass({ type: 'indicator', object_marking_refs: [], granular_markings: [] }), 'unmarked');
  assert.equal(markingClass({ type: 'marking-definition', id: IDS.red, definition: { tlp: 'red' } }), 'unmarked');
});

test('an id counts in any case of its letters', () => {
  assert.equal(markingClass({ object_marking_refs: [IDS.red.toUpperCase()] }), 'red');
});

describe('markings of parts', () => {
  test('granular markings count for the whole object', () => {
    const granular = [{ selectors: ['name'], marking_ref: IDS.red }];
    assert.equal(markingClass({ ...marked('green'), granular_markings: granular }), 'red');
    assert.equal(markingClass({ granular_markings: [{ selectors: ['name'], marking_ref: IDS.statement }] }), 'other');
  });

  test('granular languages do not', () => {
    assert.equal(markingClass({ granular_markings: [{ selectors: ['name'], lang: 'fr' }] }), 'unmarked');
  });

  test('observables inside observed data count', () => {
    const objects = { 0: { type: 'file', object_marking_refs: [IDS.red] } };
    assert.equal(markingClass({ ...marked('green'), type: 'observed-data', objects }), 'red');
  });
});

describe('markings that cannot be resolved', () => {
  test('alone, or beside clear, give the class other', () => {
    assert.equal(markingClass(marked('statement')), 'other');
    assert.equal(markingClass(marked('statement', 'clear')), 'other');
  });

  test('beside a closer TLP marking give red', () => {
    for (const name of ['green', 'amber', 'amberStrict', 'red'] as const) {
      assert.equal(markingClass(marked(name, 'statement')), 'red', name);
    }
  });

  test('are those of the wrong form, too', () => {
    for (const refs of [[7], [null], 'x', { a: 1 }, null]) {
      assert.equal(markingClass({ object_marking_refs: refs as never }), 'other');
    }
    for (const granular of [['x'], [{ marking_ref: 7 }], 'x', [null]]) {
      assert.equal(markingClass({ granular_markings: granular as never }), 'other');
    }
  });

  test('are resolved by what the hub knows', () => {
    assert.equal(
      markingClass(marked('statement', 'amber'), () => 'statement'),
      'amber',
    );
    assert.equal(
      markingClass(marked('statement'), () => 'statement'),
      'statement',
    );
    assert.equal(
      markingClass(marked('statement', 'green'), () => 'amber'),
      'amber',
    );
    assert.equal(
      markingClass(marked('red'), () => 'statement'),
      'red',
      'fixed ids are not asked for',
    );
  });
});

test('no object is visible under a ceiling below one of its markings, wherever unknown markings rank', () => {
  const level = fc.constantFrom(...TLP_LEVELS);
  fc.assert(
    fc.property(
      fc.subarray([...TLP_LEVELS]),
      fc.boolean(),
      level,
      level,
      (levels, unknown, unknownMarking, ceiling) => {
        const byLevel = {
          clear: 'clear',
          green: 'green',
          amber: 'amber',
          'amber+strict': 'amberStrict',
          red: 'red',
        } as const;
        const object = marked(...levels.map((name) => byLevel[name]), ...(unknown ? (['statement'] as const) : []));
        const collection = { defaultTlp: 'clear', unknownMarking } as Collection;
        if (!classesUpTo(ceiling, collection).has(markingClass(object))) return;
        const ranks = [...levels, ...(unknown ? [unknownMarking] : [])].map((name) => TLP_LEVELS.indexOf(name));
        assert.ok(ranks.every((rank) => rank <= TLP_LEVELS.indexOf(ceiling)));
      },
    ),
    { numRuns: 2000 },
  );
});
