import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { ALL } from '../gather.ts';
import { indicator } from '../objects.ts';
import { differenceOf, type Probe } from '../probe.ts';
import { labelOf, scopeOf, select } from '../sample.ts';
import { allStored, push, refusalOf } from '../write.ts';
import { severalVersions } from './versioned.ts';

const EVERYTHING = { versions: ['all'], specVersions: ['2.0', '2.1'] };

/** Section 3.5: pagination. */
export const PAGING: readonly Check[] = [
  check(
    'T21-3.5-01',
    'pages together are the whole, on all four endpoints',
    async (t) => {
      const { sample } = t;
      for (const path of paths(t)) {
        const query = path === 'objects/' || path === 'manifest/' ? `${scopeOf(sample)}&${ALL}` : ALL;
        const whole = await t.readAll(`${sample.url}${path}`, query);
        for (const limit of [1, 2]) {
          const { answers, labels } = await t.readAll(`${sample.url}${path}`, `${query}&limit=${limit}`);
          const difference = differenceOf(labels, whole.labels);
          t.expect(
            difference === undefined,
            `the pages of ${path} to hold what it holds without limit`,
            answers[0],
            difference,
          );
        }
      }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.5-04',
    'reading on with the last date brings every entry once',
    async (t) => {
      const { sample } = t;
      const expected = select(sample.entries, EVERYTHING).map(labelOf);
      for (const path of ['objects/', 'manifest/'])
        for (const limit of [1, 2]) {
          const { answers, labels } = await t.readAll(
            `${sample.url}${path}`,
            `${scopeOf(sample)}&${ALL}&limit=${limit}`,
            'date',
          );
          const difference = differenceOf(labels, expected);
          t.expect(
            difference === undefined,
            'every entry once, with added_after = X-TAXII-Date-Added-Last',
            answers[0],
            difference,
          );
        }
    },
    { needs: ['sample'], also: ['T21-3.3-04'] },
  ),
  check(
    'T21-3.5-05',
    'a following page whose entries are gone is empty, no error',
    async (t) => {
      const { first, ids } = await threePosted(t);
      for (const id of ids.slice(1)) await t.request('DELETE', `${t.writing.url}objects/${id}/`);
      const answer = await t.get(nextOf(first.sent.url, stringOf(first.body.next)));
      t.expect(answer.status === 200 && answer.body.objects === undefined, '200 and an empty envelope', answer);
    },
    { needs: ['known'] },
  ),
  check(
    'T21-3.5-06',
    'what is added while a client pages comes last, and nothing is lost',
    async (t) => {
      const { first, ids } = await threePosted(t);
      const late = indicator();
      const all = [...ids, stringOf(late.id)];
      // The query of the first page named the late object already.
      const start = await t.read(`${t.writing.url}objects/?match[id]=${all.join(',')}&limit=1`);
      t.require(allStored(await push(t.session, t.writing.url, [late])), 'the late object to be stored', first);
      const seen = objectsOf(start.body.objects).map(({ id }) => stringOf(id));
      let answer = start;
      for (let page = 0; page < 6 && answer.body.more === true; page++) {
        answer = await t.read(nextOf(start.sent.url, stringOf(answer.body.next)));
        seen.push(...objectsOf(answer.body.objects).map(({ id }) => stringOf(id)));
      }
      const difference = differenceOf(seen, all);
      t.expect(difference === undefined, 'the three objects, then the late one', answer, difference);
    },
    { needs: ['known'], also: ['T21-D-08', 'T21-5.4-06'] },
  ),
  check(
    'T21-3.5-07',
    'deleting what was delivered does not shift the pages',
    async (t) => {
      const { first, ids } = await threePosted(t);
      const [delivered = '', ...rest] = ids;
      const deleted = await t.request('DELETE', `${t.writing.url}objects/${delivered}/`);
      if (deleted.status !== 200) t.skip('the object could not be deleted');
      const { labels, answer } = await follow(t, first.sent.url, stringOf(first.body.next));
      const difference = differenceOf(labels, rest);
      t.expect(difference === undefined, 'the two objects that were not delivered yet', answer, difference);
    },
    { needs: ['known'] },
  ),
  check(
    'T21-3.5-08',
    'next works a second time',
    async (t) => {
      const { url, next } = await cut(t);
      const [a, b] = [await t.read(nextOf(url, next)), await t.read(nextOf(url, next))];
      t.expect(t.labelsOf(url, a).join() === t.labelsOf(url, b).join(), 'the same page for the same next', b);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.5-09',
    'the limit may change between pages',
    async (t) => {
      const { sample } = t;
      const { url, next } = await cut(t);
      const answer = await t.read(nextOf(url.replace('limit=1', 'limit=2'), next));
      const expected = select(sample.entries, EVERYTHING).slice(1, 3).map(labelOf);
      t.expect(t.labelsOf(url, answer).join() === expected.join(), `two entries: ${expected.join(', ')}`, answer);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.5-10',
    'next and added_after hold together',
    async (t) => {
      const { sample } = t;
      const from = sample.entries[0]?.dateAdded ?? t.skip('the manifest did not say when the objects were added');
      const { answers, labels } = await t.readAll(
        `${sample.url}objects/`,
        `${scopeOf(sample)}&${ALL}&added_after=${from}&limit=1`,
      );
      const difference = differenceOf(labels, select(sample.entries, { ...EVERYTHING, addedAfter: from }).map(labelOf));
      t.expect(difference === undefined, `everything added after ${from}, once`, answers[0], difference);
    },
    { needs: ['sample'] },
  ),
];

function paths(t: Probe): string[] {
  const [id] = severalVersions(t);
  return ['objects/', 'manifest/', `objects/${id}/`, `objects/${id}/versions/`];
}

/** The first page of one entry, with its next. */
async function cut(t: Probe): Promise<{ url: string; next: string }> {
  const url = `${t.sample.url}objects/?${scopeOf(t.sample)}&${ALL}&limit=1`;
  const { body } = await t.read(url);
  return typeof body.next === 'string' ? { url, next: body.next } : t.skip('the server gives no next');
}

async function threePosted(t: Probe) {
  const objects = [indicator(), indicator(), indicator()];
  for (const object of objects) {
    const pushed = await push(t.session, t.writing.url, [object]);
    t.require(allStored(pushed), 'an indicator to be stored', pushed.answer, refusalOf(pushed));
  }
  const ids = objects.map(({ id }) => stringOf(id));
  const first = await t.read(`${t.writing.url}objects/?match[id]=${ids.join(',')}&limit=1`);
  if (typeof first.body.next !== 'string') t.skip('the server gives no next');
  return { first, ids };
}

async function follow(t: Probe, url: string, next: string) {
  const labels: string[] = [];
  let answer = await t.read(nextOf(url, next));
  for (let page = 0; page < 6; page++) {
    labels.push(...objectsOf(answer.body.objects).map(({ id }) => stringOf(id)));
    if (answer.body.more !== true) break;
    answer = await t.read(nextOf(url, stringOf(answer.body.next)));
  }
  return { labels, answer };
}

function nextOf(url: string, next: string): string {
  return `${url}&next=${encodeURIComponent(next)}`;
}
