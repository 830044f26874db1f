import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { monthStart, stretchesOf } from '../../../src/store/sqlite/trend-cells.ts';

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;

test('a long range is read as days, months and days, where no window ends within a month', () => {
  const range = { from: dayOf('2025-01-20'), until: dayOf('2026-01-05') };
  const weeks = [dayOf('2025-12-22'), dayOf('2025-12-29')] as const;
  const windows = [range, { from: weeks[1], until: range.until }, { from: weeks[0], until: weeks[1] }];
  assert.deepEqual(stretchesOf(windows), [
    { grain: 'day', from: range.from, until: dayOf('2025-02-01') },
    { grain: 'month', from: dayOf('2025-02-01'), until: dayOf('2025-12-01') },
    { grain: 'day', from: dayOf('2025-12-01'), until: range.until },
  ]);
});

test('stretches hold every day of the windows once, and months that no window cuts', () => {
  const window = fc
    .tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 300 }), fc.boolean())
    .map(([from, days, whole]) =>
      whole ? { from: monthStart(from), until: monthStart(from + days + 31) } : { from, until: from + days },
    );
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), (windows) => {
      const stretches = stretchesOf(windows);
      let at = Math.min(...windows.map(({ from }) => from));
      for (const { grain, from, until } of stretches) {
        assert.equal(from, at);
        assert.ok(until > from);
        if (grain === 'month') {
          assert.deepEqual([monthStart(from), monthStart(until)], [from, until]);
          for (const bound of windows.flatMap((one) => [one.from, one.until]))
            if (from < bound && bound < until) assert.equal(monthStart(bound), bound);
        }
        at = until;
      }
      assert.equal(at, Math.max(...windows.map(({ until }) => until)));
    }),
    { numRuns: 1000 },
  );
});
