/** A process of its own for processes.test.ts: commits batches of 40 objects and prints the dates of each. */
import { openSqliteStore } from '../../../src/store/sqlite/store.ts';
import { datesOf, ONE, version } from '../contract/harness.ts';

const [file = '', name = '', rounds = ''] = process.argv.slice(2);
await using store = await openSqliteStore({ file });
for (let round = 0; round < Number(rounds); round++) {
  const objects = Array.from({ length: 40 }, (_, i) => version(`${name}.${round}.${i}`));
  const outcomes = await store.objects.commit({ collection: ONE, source: 'import', objects });
  process.stdout.write(`${JSON.stringify(datesOf(outcomes))}\n`);
}
