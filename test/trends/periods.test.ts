import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PERIODS } from '../../src/trends/dimensions.ts';
import { isoDay, periodBefore, periodOf, periodsBetween } from '../../src/trends/periods.ts';

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;

test('weeks are those of ISO 8601: from Monday, in the year of their Thursday', () => {
  const names: Readonly<Record<string, string>> = {
    '2021-01-03': '2020-W53',
    '2021-01-04': '2021-W01',
    '2024-12-30': '2025-W01',
    '2026-01-01': '2026-W01',
    '2027-01-01': '2026-W53',
    '1970-01-01': '1970-W01',
  };
  for (const [date, name] of Object.entries(names)) assert.equal(periodOf('week', dayOf(date)).name, name, date);
});

test('months and days have their own length, leap years included', () => {
  const february = periodOf('month', dayOf('2024-02-29'));
  assert.deepEqual([february.name, february.until - february.from], ['2024-02', 29]);
  assert.equal(periodOf('day', dayOf('2024-02-29')).name, '2024-02-29');
  assert.equal(periodBefore(february, 2).name, '2023-12');
});

test('periods follow each other without gap or overlap and hold their days', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PERIODS), fc.integer({ min: -200_000, max: 200_000 }), (unit, day) => {
      const period = periodOf(unit, day);
      assert.ok(period.from <= day && day < period.until);
      assert.deepEqual(periodOf(unit, period.until - 1), period);
      assert.equal(periodOf(unit, period.until).from, period.until);
      assert.equal(periodBefore(periodOf(unit, period.until), 1).name, period.name);
    }),
  );
});

test('a range holds every period that it overlaps', () => {
  const names = periodsBetween('month', { from: dayOf('2025-12-31'), until: dayOf('2026-02-02') });
  assert.deepEqual(
    names.map(({ name }) => name),
    ['2025-12', '2026-01', '2026-02'],
  );
  assert.deepEqual(periodsBetween('week', { from: 10, until: 10 }), []);
  assert.equal(isoDay(dayOf('2026-02-02')), '2026-02-02');
});
