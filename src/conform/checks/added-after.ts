import { type Check, check, type Watch, watch } from '../check.ts';
import { ALL } from '../gather.ts';
import type { Probe } from '../probe.ts';
import { labelOf, scopeOf, select } from '../sample.ts';
import { malformed } from './filters.ts';

const EVERYTHING = { versions: ['all'], specVersions: ['2.0', '2.1'] };

/** Section 3.4: added_after. */
export const ADDED_AFTER: readonly (Check | Watch)[] = [
  check(
    'T21-3.4-03',
    'added_after brings only what was added later, not what was added then',
    async (t) => {
      for (const { dateAdded } of dated(t))
        await t.compare(
          `${ALL}&added_after=${dateAdded}`,
          select(t.sample.entries, { ...EVERYTHING, addedAfter: dateAdded }),
        );
    },
    { needs: ['sample'], also: ['T21-5.3.1-05'] },
  ),
  check(
    'T21-3.4-04',
    'added_after stands once, with one timestamp',
    async (t) => {
      const [x, y] = ['2020-01-01T00:00:00.000000Z', '2021-01-01T00:00:00.000000Z'];
      await malformed(
        t,
        [`added_after=${x}&added_after=${y}`, `added_after=${x},${y}`],
        'more than one timestamp in added_after',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-05',
    'added_after is a timestamp',
    async (t) => {
      await malformed(
        t,
        [
          'added_after=2024-13-01T00:00:00.000000Z',
          'added_after=2024-01-01',
          'added_after=yesterday',
          'added_after=',
          'added_after=2024-02-30T00:00:00.000000Z',
        ],
        'no timestamp in added_after',
      );
      t.expectStatus(
        await t.get(`${t.reading.url}objects/?added_after=2020-01-01T00:00:00.000000Z&limit=1`),
        [200],
        'a timestamp as the standard writes it',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-06',
    'added_after has nothing to do with dates inside objects',
    async (t) => {
      const { entries } = t.sample;
      const [first] = dated(t);
      // A moment after every date inside the objects and before they were added.
      const before = `${(first?.dateAdded ?? '').slice(0, 10)}T00:00:00.000000Z`;
      if (!entries.some(({ version, undated }) => !undated && (version ?? '') < before))
        t.skip('no object is older than its date added');
      await t.compare(`${ALL}&added_after=${before}`, select(entries, { ...EVERYTHING, addedAfter: before }));
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-07',
    'without added_after the oldest comes first',
    async (t) => {
      const [oldest] = t.sample.entries;
      if (oldest === undefined) return;
      for (const path of ['objects/', 'manifest/']) {
        const answer = await t.read(`${t.sample.url}${path}?${scopeOf(t.sample)}&${ALL}&limit=1`);
        const [label] = t.labelsOf(answer.sent.url, answer);
        t.expect(label === labelOf(oldest), `the entry that was added first, ${labelOf(oldest)}`, answer);
      }
    },
    { needs: ['sample'] },
  ),
  watch('T21-3.4-08', 'every answer has a Date header', (answer, kind) => {
    if (kind === 'other' || answer.status < 200) return undefined;
    const date = answer.header('date');
    return (
      (date !== undefined && !Number.isNaN(Date.parse(date))) || 'a Date header, by which clients correct their clocks'
    );
  }),
];

/** Three entries whose dates are known: the first, one in the middle, the last. */
function dated(t: Probe) {
  const known = t.sample.entries.filter(({ dateAdded }) => dateAdded !== undefined && dateAdded !== '');
  if (known.length < 3) t.skip('the manifest did not say when the objects were added');
  return [known[0], known[Math.floor(known.length / 2)], known.at(-1)].filter((entry) => entry !== undefined);
}
