import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inForce } from '../../src/sharing/decide.ts';
import type { Agreement } from '../../src/sharing/model.ts';
import { DAY_MICROS, daysLeft, endingAgreements, stateOf } from '../../src/sharing/term.ts';
import { formatMicros, parseInstant } from '../../src/time.ts';
import { catalogueOf } from './catalogue-of.ts';

const NOW = parseInstant('2026-06-01T12:00:00Z') ?? 0;

function agreement(more: Partial<Agreement> = {}): Agreement {
  return { name: 'talks', partner: 'vendor', grants: [], ...more };
}

test('an agreement is in force from its first instant until just before its end', () => {
  const term = agreement({ from: formatMicros(NOW), until: formatMicros(NOW + 1) });
  assert.deepEqual(
    [NOW - 1, NOW, NOW + 1].map((now) => stateOf(term, now)),
    ['not yet', 'in force', 'expired'],
  );
  assert.equal(stateOf(agreement(), NOW), 'in force');
  assert.equal(stateOf(agreement({ suspended: true }), NOW), 'suspended');
  assert.equal(stateOf(agreement({ suspended: true, until: formatMicros(NOW) }), NOW), 'expired');
});

test('an agreement is called in force exactly when the decision takes it so', () => {
  const instant = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
  fc.assert(
    fc.property(instant, instant, fc.boolean(), (from, until, suspended) => {
      const term = agreement({
        ...(from === undefined ? {} : { from: formatMicros(NOW + from) }),
        ...(until === undefined ? {} : { until: formatMicros(NOW + until) }),
        ...(suspended ? { suspended: true } : {}),
      });
      assert.equal(stateOf(term, NOW) === 'in force', inForce(term, NOW));
    }),
  );
});

test('days left carry their fraction, and an open end has none', () => {
  assert.equal(daysLeft(agreement({ until: formatMicros(NOW + 1.5 * DAY_MICROS) }), NOW), 1.5);
  assert.equal(daysLeft(agreement(), NOW), undefined);
  const ending = ['2026-08-01T00:00:00Z', undefined, '2026-05-01T00:00:00Z'].map((until, i) =>
    agreement({ name: `a${i}`, ...(until === undefined ? {} : { until }) }),
  );
  assert.deepEqual(
    endingAgreements(catalogueOf({ agreement: ending }), NOW).map((term) => term.agreement.name),
    ['a2', 'a0'],
    'soonest first',
  );
});
