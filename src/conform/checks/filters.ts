import { type Check, check, type Watch, watch } from '../check.ts';
import { ALL } from '../gather.ts';
import type { Probe } from '../probe.ts';
import { labelOf, scopeOf, select } from '../sample.ts';

const EVERYTHING = { versions: ['all'], specVersions: ['2.0', '2.1'] };
const PATHS = ['objects/', 'manifest/'];

/** Section 3.4: added_after, limit, next, match in general. */
export const FILTERS: readonly (Check | Watch)[] = [
  check(
    'T21-3.4-01',
    'a malformed parameter gives 400',
    async (t) => {
      await malformed(
        t,
        ['limit=0', 'added_after=yesterday', 'match[version]=foo', 'match[version]=all,last'],
        'a malformed query parameter',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-02',
    'without parameters everything is asked for, in its latest version',
    async (t) => {
      await t.compare('', select(t.sample.entries, {}));
    },
    { needs: ['sample'], also: ['T21-5.4-01', 'T21-5.4-02'] },
  ),
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
      for (const path of PATHS) {
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
  check(
    'T21-3.4-09',
    'limit is a whole number above zero',
    async (t) => {
      await malformed(
        t,
        ['limit=0', 'limit=-1', 'limit=1.5', 'limit=abc', 'limit='],
        'a limit that is no integer greater than zero',
      );
      t.expectStatus(await t.get(`${t.reading.url}objects/?limit=1`), [200], 'limit=1');
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-10',
    'no page has more entries than limit',
    async (t) => {
      const { sample } = t;
      const ids = [...new Set(sample.entries.map(({ id }) => id))].slice(0, 2);
      const paths = [...PATHS, ...ids.flatMap((id) => [`objects/${id}/`, `objects/${id}/versions/`])];
      for (const limit of [1, 2, 5])
        for (const path of paths) {
          const scope = path.startsWith('objects/') && path !== 'objects/' ? ALL : `${scopeOf(sample)}&${ALL}`;
          const answer = await t.read(`${sample.url}${path}?${scope}&limit=${limit}`);
          const count = t.labelsOf(answer.sent.url, answer).length;
          t.expect(count <= limit, `at most ${limit} entries`, answer, `${count} entries`);
        }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-11',
    'what fits the limit comes in one answer',
    async (t) => {
      const { sample } = t;
      const expected = select(sample.entries, EVERYTHING);
      for (const path of PATHS) {
        const answer = await t.read(`${sample.url}${path}?${scopeOf(sample)}&${ALL}&limit=${expected.length}`);
        const labels = t.labelsOf(answer.sent.url, answer);
        if (answer.body.more === true && labels.length > 0 && labels.length < expected.length)
          t.skip('the server gives fewer at a time');
        t.expect(
          labels.length === expected.length && answer.body.more !== true,
          `all ${expected.length} entries and no more: true`,
          answer,
          `${labels.length} entries, more: ${answer.body.more}`,
        );
      }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-12',
    'a limit above what the server gives is no error',
    async (t) => {
      t.expectStatus(
        await t.get(`${t.reading.url}manifest/?limit=1000000`),
        [200],
        'a large limit may be cut, not refused',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-13',
    'more is true whenever entries remain, and only then',
    async (t) => {
      const { sample } = t;
      const count = select(sample.entries, EVERYTHING).length;
      for (const path of PATHS)
        for (const limit of [1, count - 1, count]) {
          const answer = await t.read(`${sample.url}${path}?${scopeOf(sample)}&${ALL}&limit=${limit}`);
          const got = t.labelsOf(answer.sent.url, answer).length;
          t.expect(
            (answer.body.more === true) === got < count,
            got < count
              ? `more: true, since ${count - got} of ${count} entries remain`
              : 'no more: true, since nothing remains',
            answer,
            `more: ${JSON.stringify(answer.body.more)}`,
          );
        }
    },
    { needs: ['sample'], also: ['T21-3.5-02'] },
  ),
  check(
    'T21-3.4-14',
    'a next that is given is a text',
    async (t) => {
      const answer = await t.read(`${t.sample.url}objects/?${scopeOf(t.sample)}&${ALL}&limit=1`);
      const { next } = answer.body;
      t.expect(
        next === undefined || (typeof next === 'string' && next !== ''),
        'next that is a text which is not empty, or none',
        answer,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-15',
    'next goes on after the last entry of the page',
    async (t) => {
      const { sample } = t;
      const expected = select(sample.entries, EVERYTHING).map(labelOf);
      for (const limit of [1, 2, 3]) {
        const { answers, labels } = await t.readAll(
          `${sample.url}objects/`,
          `${scopeOf(sample)}&${ALL}&limit=${limit}`,
        );
        t.expect(
          labels.join() === expected.join(),
          `every entry once, in order: ${expected.length} entries`,
          answers[0],
          `limit ${limit} and next led to ${labels.join(', ')}`,
        );
      }
    },
    { needs: ['sample'], also: ['T21-3.5-03'] },
  ),
  check(
    'T21-3.4-16',
    'a next that the server did not issue is malformed',
    async (t) => {
      await malformed(t, ['next=zzz', 'next=%00'], 'a next that this server never issued');
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-17',
    'several match fields are all to be met',
    async (t) => {
      const { entries } = t.sample;
      for (const { id, type } of entries.slice(0, 3)) {
        const other = entries.find((each) => each.type !== type)?.type ?? 'tool';
        await t.compare(`match[id]=${id}&match[type]=${other}`, []);
        await t.compare(`match[id]=${id}&match[type]=${type}`, select(entries, { ids: [id] }));
      }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-18',
    'a match field stands once',
    async (t) => {
      await malformed(
        t,
        [
          'match[type]=indicator&match[type]=malware',
          'match%5Btype%5D=indicator&match[type]=malware',
          'match[version]=first&match[version]=last',
        ],
        'the same match field twice',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-20',
    'a match field that nobody knows is ignored or refused',
    async (t) => {
      t.expectStatus(
        await t.get(`${t.reading.url}objects/?match[x_conform]=1&limit=1`),
        [200, 400],
        'an unknown field',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-21',
    'values between commas are alternatives',
    async (t) => {
      const { entries } = t.sample;
      const types = [...new Set(entries.map(({ type }) => type))].slice(0, 2);
      await t.compare(`match[type]=${types.join(',')}`, select(entries, { types }));
      const ids = [...new Set(entries.map(({ id }) => id))].slice(0, 2);
      await t.compare(`match[id]=${ids.join(',')}`, select(entries, { ids }));
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-22',
    'an empty value in a list is malformed',
    async (t) => {
      await malformed(t, ['match[type]=', 'match[type]=indicator,,malware'], 'an empty value');
    },
    { needs: ['read'] },
  ),
  check(
    'T21-3.4-23',
    'brackets and commas work plain and escaped',
    async (t) => {
      const { entries } = t.sample;
      const types = [...new Set(entries.map(({ type }) => type))].slice(0, 2);
      await t.compare(`match%5Btype%5D=${types.join('%2C')}`, select(entries, { types }));
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.4-24',
    'hostile and endless values break nothing',
    async (t) => {
      for (const query of ["match[type]='%20OR%201=1--", 'match[id]=%22%3B--', `match[id]=${'x'.repeat(100_000)}`]) {
        const answer = await t.get(`${t.reading.url}objects/?limit=1&${query}`);
        t.expect(answer.status < 500, '200 without the objects, or a 4xx status', answer);
      }
    },
    { needs: ['read'], also: ['T21-B-05'] },
  ),
];

/** Every query, on objects and on the manifest, must be refused with 400. */
async function malformed(t: Probe, queries: readonly string[], what: string): Promise<void> {
  for (const query of queries)
    for (const path of PATHS)
      t.expectStatus(await t.get(`${t.reading.url}${path}?${query}`), [400], `${what} is malformed`);
}

/** Three entries whose dates are known: the first, one in the middle, the last. */
function dated(t: Probe) {
  const known = t.sample.entries.filter(({ dateAdded }) => dateAdded !== undefined && dateAdded !== '');
  if (known.length < 3) t.skip('the manifest did not say when the objects were added');
  return [known[0], known[Math.floor(known.length / 2)], known.at(-1)].filter((entry) => entry !== undefined);
}
