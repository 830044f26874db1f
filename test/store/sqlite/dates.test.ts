import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptDate, nextDate } from '../../../src/store/sqlite/dates.ts';

const NOW = Date.UTC(2026, 0, 1) * 1000;
const lead = fc.integer({ min: -5_000_000, max: 70_000_000 });

test('T21-D-07 the next date is later than the last, never before now, and as whole as the rules say', () => {
  fc.assert(
    fc.property(lead, fc.integer({ min: 0, max: 5000 }), fc.boolean(), (ahead, past, last) => {
      const now = NOW + past;
      const clock = now + ahead;
      const next = nextDate(clock, now, last);
      assert.ok(next > clock);
      assert.ok(next > now - 1000);
      if (ahead <= 60_000_000 || last) assert.equal(next % 1000, 0);
      else assert.equal(next, clock + 10);
      // A fine step, rounded up to a millisecond at the end of a commit.
      assert.ok(next <= Math.max(now, clock + 10 + 999));
    }),
  );
});

test('given dates are kept in ascending order, equal ones a microsecond apart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (gaps) => {
      let given = NOW;
      let clock = NOW - 1;
      let kept: number | undefined;
      for (const gap of gaps) {
        given += gap;
        const date = keptDate(given, clock, kept, NOW);
        assert.equal(date, Math.max(given, clock + 1));
        clock = date;
        kept = given;
      }
    }),
  );
});
