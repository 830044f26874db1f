import { type Check, check, type Watch } from '../check.ts';
import { ALL } from '../gather.ts';
import type { Probe } from '../probe.ts';
import { labelOf, scopeOf, select } from '../sample.ts';

const EVERYTHING = { versions: ['all'], specVersions: ['2.0', '2.1'] };
const PATHS = ['objects/', 'manifest/'];

/** Section 3.4: limit, next, match in general. */
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
export async function malformed(t: Probe, queries: readonly string[], what: string): Promise<void> {
  for (const query of queries)
    for (const path of PATHS)
      t.expectStatus(await t.get(`${t.reading.url}${path}?${query}`), [400], `${what} is malformed`);
}
