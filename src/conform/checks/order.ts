import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { ALL } from '../gather.ts';
import { indicator } from '../objects.ts';
import { keyOf, select } from '../sample.ts';
import { allStored, push, refusalOf } from '../write.ts';

const EVERYTHING = { versions: ['all'], specVersions: ['2.0', '2.1'] };

/** Section 3.3: sorting. */
export const ORDER: readonly Check[] = [
  check(
    'T21-3.3-01',
    'objects and manifest come in the order in which they were added',
    async (t) => {
      await t.compare(ALL, select(t.sample.entries, EVERYTHING));
      const page = await t.read(`${t.sample.url}manifest/?${ALL}&limit=100`);
      const dates = objectsOf(page.body.objects).map(({ date_added: date }) => stringOf(date));
      t.expect(
        dates.every((date, i) => i === 0 || date >= (dates[i - 1] ?? '')),
        'date_added that never goes back',
        page,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-3.3-02',
    'the order does not follow modified',
    async (t) => {
      const { entries } = t.sample;
      const keys = entries.map(({ version }) => keyOf(version ?? ''));
      if (keys.every((key, i) => i === 0 || key >= (keys[i - 1] ?? '')))
        t.skip('no older version was added later here');
      await t.compare(ALL, select(entries, EVERYTHING));
    },
    { needs: ['sample'] },
  ),
  check('T21-3.3-03', 'collections have the same order every time', async (t) => {
    const url = `${t.target.root}collections/`;
    const ids = async (): Promise<{ list: string; answer: Awaited<ReturnType<typeof t.read>> }> => {
      const answer = await t.read(url);
      return {
        answer,
        list: objectsOf(answer.body.collections)
          .map(({ id }) => stringOf(id))
          .join(' '),
      };
    };
    const first = await ids();
    for (let i = 0; i < 5; i++) {
      const { answer, list } = await ids();
      if (
        !t.expect(
          list === first.list,
          'the collections in the same order on every request',
          answer,
          `first ${first.list}, then ${list}`,
        )
      )
        return;
    }
  }),
  check(
    'T21-3.3-04',
    'no two entries share a date_added',
    async (t) => {
      const objects = Array.from({ length: 12 }, () => indicator());
      const pushed = await push(t.session, t.writing.url, objects);
      t.require(allStored(pushed), 'twelve objects to be stored', pushed.answer, refusalOf(pushed));
      const ids = objects.map(({ id }) => id).join(',');
      const { answers } = await t.readAll(`${t.writing.url}manifest/`, `match[id]=${ids}`);
      const dates = answers
        .flatMap(({ body }) => objectsOf(body.objects))
        .map(({ date_added: date }) => stringOf(date));
      t.expect(
        new Set(dates).size === objects.length,
        'twelve different dates, since clients page by them',
        answers[0],
        `${new Set(dates).size} different dates`,
      );
    },
    { needs: ['known'], also: ['T21-D-07'] },
  ),
];
