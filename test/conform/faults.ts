import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { describeAnswer } from '../../src/conform/answer.ts';
import type { Report } from '../../src/conform/run.ts';
import { COLLECTIONS } from '../http/fixture.ts';
import { openFaulty } from './faulty/server.ts';
import type { Fault } from './faulty/tools.ts';

/** A test for each fault: the suite finds it under the requirement that it breaks, and finds nothing without it. */
export async function testFaults(faults: readonly Fault[], writing = false): Promise<void> {
  const faulty = await openFaulty({ after });
  const broken = [...new Set(faults.map(({ breaks }) => breaks))];
  test('without a fault every one of these requirements is met', async () => {
    faulty.server.behaviour = {};
    const report = await faulty.run({ only: broken, writeCollection: COLLECTIONS.RW });
    assert.deepEqual(flawsOf(report), []);
    const shown = new Set(
      report.results.filter(({ verdict }) => verdict === 'pass').flatMap(({ id, also }) => [id, ...also]),
    );
    assert.deepEqual(
      broken.filter((id) => !shown.has(id)).sort(),
      STAY_UNSEEN.filter((id) => broken.includes(id)).sort(),
    );
  });
  for (const { name, breaks, plant, writes } of faults)
    test(`${breaks} is found broken: ${name}`, async () => {
      faulty.server.behaviour = plant();
      const report = await faulty.run({
        only: [breaks],
        ...(writes || writing ? { writeCollection: COLLECTIONS.RW } : {}),
      });
      const found = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
      assert.ok(
        found.length > 0,
        JSON.stringify(report.results.map(({ id, verdict, reason }) => [id, verdict, reason])),
      );
    });
}

/** Rows that a sound hub gives no occasion to see. */
const STAY_UNSEEN = ['T21-5.2.1-12', 'T21-3.6.1-04', 'T21-D-11'];

/** What a report found wrong, for people who read a failing test. */
export function flawsOf({ results }: Report): string[] {
  return results.flatMap(({ id, title, flaws }) =>
    flaws.map(
      ({ expected, answer, found }) =>
        `${id} ${title}: expected ${expected}; ${found ?? ''} ${answer === undefined ? '' : describeAnswer(answer)}`,
    ),
  );
}
