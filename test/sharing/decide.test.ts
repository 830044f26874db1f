import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { admits, classesUpTo, decide, inForce, rightsOn } from '../../src/sharing/decide.ts';
import {
  type Action,
  type Agreement,
  type Allowed,
  type Catalogue,
  type Collection,
  type Grant,
  MARKING_CLASSES,
  type Principal,
  TLP_LEVELS,
  type Verdict,
} from '../../src/sharing/model.ts';
import { parseInstant } from '../../src/time.ts';
import { catalogueOf } from './catalogue-of.ts';

const ID = '5b1e6f0c-1111-4111-8111-111111111111';
const OTHER_ID = '5b1e6f0c-2222-4222-8222-222222222222';
const NOW = at('2026-06-01T12:00:00Z');

const collection: Collection = {
  id: ID,
  root: 'regional',
  title: 'Threat data',
  mediaTypes: ['application/stix+json;version=2.1'],
  validation: 'standard',
  defaultTlp: 'green',
  unknownMarking: 'red',
  pageDefault: 1000,
  pageMax: 10_000,
};

const vendor: Principal = { partner: 'vendor' };

function at(text: string): number {
  const micros = parseInstant(text);
  assert.ok(micros !== undefined);
  return micros;
}

function grant(rights: Partial<Grant> = {}): Grant {
  return { collection: ID, read: false, write: false, maxTlp: 'red', delete: 'none', ...rights };
}

function agreement(grants: readonly Grant[], more: Partial<Agreement> = {}): Agreement {
  return { name: 'cooperation', partner: 'vendor', grants, ...more };
}

function hub(...agreements: readonly Agreement[]): Catalogue {
  return catalogueOf({
    collection: [collection],
    partner: [{ name: 'vendor' }],
    agreement: agreements.map((value, i) => ({ ...value, name: `${value.name}-${i}` })),
  });
}

function verdict(action: Action, ...agreements: readonly Agreement[]): Verdict {
  return decide(hub(...agreements), vendor, collection, action, NOW);
}

function allowed(result: Verdict): Allowed {
  assert.ok(result.kind === 'allowed');
  return result;
}

describe('what a partner may do', () => {
  test('without a grant the collection is hidden (T21-B-02)', () => {
    for (const action of ['read', 'write', 'delete'] as const) assert.equal(verdict(action).kind, 'hidden');
    assert.equal(verdict('read', agreement([grant({ collection: OTHER_ID, read: true })])).kind, 'hidden');
    assert.equal(verdict('read', agreement([grant({ read: true })], { partner: 'another' })).kind, 'hidden');
  });

  test('a grant without the right shows the collection and forbids the action (A23)', () => {
    const listOnly = agreement([grant()]);
    for (const action of ['read', 'write'] as const) assert.equal(verdict(action, listOnly).kind, 'forbidden');
    assert.equal(verdict('write', agreement([grant({ read: true })])).kind, 'forbidden');
    assert.equal(verdict('read', agreement([grant({ write: true })])).kind, 'forbidden');
  });

  test('an agreement holds from its first instant and ends at its last', () => {
    const from = '2026-06-01T12:00:00Z';
    const until = '2026-06-01T12:00:01Z';
    const value = agreement([], { from, until });
    assert.equal(inForce(value, at(from) - 1), false);
    assert.equal(inForce(value, at(from)), true);
    assert.equal(inForce(value, at(until) - 1), true);
    assert.equal(inForce(value, at(until)), false);
    assert.equal(inForce(agreement([]), NOW), true);
  });

  test('an agreement out of force is as if there were none', () => {
    const ended = agreement([grant({ read: true })], { until: '2026-06-01T12:00:00Z' });
    assert.equal(verdict('read', ended).kind, 'hidden');
  });

  test('a suspended agreement grants nothing, whatever its term, and takes nothing from others', () => {
    const suspended = agreement([grant({ read: true })], { suspended: true });
    assert.equal(inForce(suspended, NOW), false);
    assert.equal(verdict('read', suspended).kind, 'hidden');
    assert.equal(verdict('read', suspended, agreement([grant({ read: true, maxTlp: 'clear' })])).kind, 'allowed');
  });

  test('an instant that cannot be read is never met: in doubt nothing is granted', () => {
    for (const term of [{ from: 'soon' }, { until: 'later' }, { from: '2026-02-30T00:00:00Z' }])
      assert.equal(verdict('read', agreement([grant({ read: true })], term)).kind, 'hidden', JSON.stringify(term));
  });

  test('several agreements add up to a list of entries, each with its own types and ceiling', () => {
    const result = allowed(
      verdict(
        'read',
        agreement([grant({ read: true, maxTlp: 'green' })]),
        agreement([grant({ read: true, maxTlp: 'red', types: ['report'] })]),
      ),
    );
    assert.equal(result.entries.length, 2);
    assert.equal(admits(result, 'malware', 'green'), true);
    assert.equal(admits(result, 'malware', 'red'), false);
    assert.equal(admits(result, 'report', 'red'), true);
  });

  test('entries for writing come only from grants that let write', () => {
    const grants = [grant({ read: true, maxTlp: 'red' }), grant({ write: true, maxTlp: 'clear', types: ['note'] })];
    const result = allowed(verdict('write', agreement(grants)));
    assert.deepEqual(
      result.entries.map(({ maxTlp, types }) => [maxTlp, types]),
      [['clear', new Set(['note'])]],
    );
  });

  test('whoever brings no credentials has what is granted to anonymous', () => {
    const open = hub(agreement([grant({ read: true, maxTlp: 'clear' })], { partner: 'anonymous' }));
    assert.equal(decide(open, { anonymous: true }, collection, 'read', NOW).kind, 'allowed');
    assert.equal(decide(open, { anonymous: true }, collection, 'write', NOW).kind, 'forbidden');
    assert.equal(decide(open, vendor, collection, 'read', NOW).kind, 'hidden');
  });

  test('an operator may do everything to any marking', () => {
    for (const action of ['read', 'write', 'delete'] as const) {
      const result = allowed(decide(hub(), { operator: 'ops' }, collection, action, NOW));
      for (const marking of MARKING_CLASSES) assert.equal(admits(result, 'x-anything', marking), true);
      assert.equal(result.entries[0]?.delete, 'any');
    }
  });

  test('what is listed and its two flags follow the same decision', () => {
    const rights = (...grants: readonly Grant[]) => rightsOn(hub(agreement(grants)), vendor, collection, NOW);
    assert.deepEqual(rights(), { visible: false, read: false, write: false });
    assert.deepEqual(rights(grant()), { visible: true, read: false, write: false });
    assert.deepEqual(rights(grant({ read: true })), { visible: true, read: true, write: false });
    assert.deepEqual(rights(grant({ read: true }), grant({ write: true })), { visible: true, read: true, write: true });
  });
});

describe('deletion (TAXII 2.1 §5.7)', () => {
  test('needs both rights: neither is hidden, one alone is forbidden (T21-5.7-02)', () => {
    assert.equal(verdict('delete', agreement([grant()])).kind, 'hidden');
    assert.equal(verdict('delete', agreement([grant({ read: true, delete: 'any' })])).kind, 'forbidden');
    assert.equal(verdict('delete', agreement([grant({ write: true, delete: 'any' })])).kind, 'forbidden');
  });

  test('says whose versions may go; with none it is forbidden', () => {
    const both = { read: true, write: true } as const;
    assert.equal(verdict('delete', agreement([grant(both)])).kind, 'forbidden');
    const result = allowed(
      verdict('delete', agreement([grant({ ...both, delete: 'own' }), grant({ ...both, delete: 'any' }), grant(both)])),
    );
    assert.deepEqual(
      result.entries.map((entry) => entry.delete),
      ['own', 'any', undefined],
      'an entry that only reads shows what may not go',
    );
  });
});

describe('TLP ceilings', () => {
  test('a ceiling admits its own level and all that are more open', () => {
    for (const [i, level] of TLP_LEVELS.entries()) {
      const classes = classesUpTo(level, { ...collection, defaultTlp: 'red' });
      assert.deepEqual(
        TLP_LEVELS.map((marking) => classes.has(marking)),
        TLP_LEVELS.map((_, j) => j <= i),
      );
    }
  });

  test('unmarked objects rank as the default of the collection, unknown markings as it says', () => {
    const strict: Collection = { ...collection, defaultTlp: 'amber', unknownMarking: 'amber+strict' };
    assert.equal(classesUpTo('green', strict).has('unmarked'), false);
    assert.equal(classesUpTo('amber', strict).has('unmarked'), true);
    assert.equal(classesUpTo('amber', strict).has('other'), false);
    assert.equal(classesUpTo('amber+strict', strict).has('other'), true);
  });

  test('statements rank as the collection says, else as the unmarked', () => {
    assert.equal(classesUpTo('green', { ...collection, defaultTlp: 'green' }).has('statement'), true);
    const strict: Collection = { ...collection, defaultTlp: 'green', statementMarking: 'amber' };
    assert.equal(classesUpTo('green', strict).has('statement'), false);
    assert.equal(classesUpTo('amber', strict).has('statement'), true);
  });

  test('raising a ceiling never hides anything', () => {
    const tlp = fc.constantFrom(...TLP_LEVELS);
    fc.assert(
      fc.property(tlp, tlp, tlp, tlp, (defaultTlp, unknownMarking, a, b) => {
        const [low, high] = TLP_LEVELS.indexOf(a) <= TLP_LEVELS.indexOf(b) ? [a, b] : [b, a];
        const rules = { ...collection, defaultTlp, unknownMarking };
        const wider = classesUpTo(high, rules);
        for (const marking of classesUpTo(low, rules)) assert.ok(wider.has(marking));
      }),
    );
  });
});

test('adding an agreement never takes a right away', () => {
  const grants = fc.array(
    fc.record({
      collection: fc.constantFrom(ID, OTHER_ID),
      read: fc.boolean(),
      write: fc.boolean(),
      maxTlp: fc.constantFrom(...TLP_LEVELS),
      delete: fc.constantFrom('own' as const, 'any' as const, 'none' as const),
    }),
    { maxLength: 3 },
  );
  const rank = { hidden: 0, forbidden: 1, allowed: 2 } as const;
  fc.assert(
    fc.property(grants, grants, fc.constantFrom('read' as const, 'write' as const), (first, second, action) => {
      const before = verdict(action, agreement(first));
      const after = verdict(action, agreement(first), agreement(second));
      assert.ok(rank[after.kind] >= rank[before.kind]);
      if (before.kind !== 'allowed') return;
      for (const marking of MARKING_CLASSES)
        if (admits(before, 'report', marking)) assert.ok(admits(allowed(after), 'report', marking));
    }),
  );
});
