import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import type { PageQuery } from '../../../src/store/store.ts';
import { ALL, allow, type Bench, idOf, LAST, NOW, type OpenStore, openBench, queryOf, version } from './harness.ts';

const LETTERS = [...'abcdefghij'];

async function walk(bench: Bench, query: Partial<PageQuery>): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after: number | undefined; ; ) {
    const page = await bench.page({ ...query, ...(after === undefined ? {} : { after }) });
    if (page.more) assert.ok(page.rows.length > 0, 'an empty page with more');
    pages.push(page.rows.map(({ json }) => (JSON.parse(json) as { name: string }).name));
    after = page.rows.at(-1)?.dateAdded;
    if (!page.more) return pages;
  }
}

export function pageContract(name: string, open: OpenStore): void {
  test(`${name}: T21-3.5-01 pages of any size together are the whole, and more is exact`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(
      ...LETTERS.map((letter, i) =>
        version(letter, '', { marking: i % 3 === 0 ? 'red' : i % 3 === 1 ? 'clear' : 'green' }),
      ),
    );
    const kinds: Partial<PageQuery>[] = [
      {},
      { filter: ALL },
      { verdict: allow({ classes: ['red', 'green'] }) },
      { filter: { ...LAST, ids: LETTERS.map((letter) => idOf(letter)) } },
      { filter: { versions: { first: false, last: false, keys: ['2020-01-01T00:00:00'] } } },
    ];
    for (const query of kinds) {
      const [all = []] = await walk(bench, query);
      for (let limit = 1; limit <= all.length + 1; limit++) {
        const pages = await walk(bench, { ...query, limit });
        assert.deepEqual(pages.flat(), all);
        assert.ok(pages.slice(0, -1).every((page) => page.length === limit));
        assert.ok((pages.at(-1)?.length ?? 0) > 0);
      }
    }
  });

  test(`${name}: a page ends before maxBytes, with one object at least`, async (t) => {
    const bench = await openBench(t, open);
    const big = 'é'.repeat(500);
    await bench.add(
      ...LETTERS.map((letter, i) => version(letter, '', { more: i === 4 ? { big: big + big } : { big } })),
    );
    const [{ json = '' } = {}] = (await bench.page({ limit: 1 })).rows;
    const size = Buffer.byteLength(json);
    for (const filter of [LAST, ALL, { ...ALL, ids: LETTERS.map((letter) => idOf(letter)) }]) {
      const lengths = async (maxBytes: number): Promise<number[]> =>
        (await walk(bench, { filter, maxBytes })).map((page) => page.length);
      assert.deepEqual(
        await lengths(1),
        LETTERS.map(() => 1),
      );
      assert.deepEqual(await lengths(2 * size), [2, 2, 1, 2, 2, 1]);
      assert.deepEqual(
        await lengths(2 * size - 1),
        LETTERS.map(() => 1),
      );
      assert.deepEqual(await lengths(20 * size), [10]);
    }
  });

  test(`${name}: maxBytes does not bear on the manifest`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(...LETTERS.map((letter) => version(letter)));
    const { rows, more } = await bench.store.objects.manifest(queryOf({ maxBytes: 1 }));
    assert.deepEqual([rows.length, more], [10, false]);
  });

  test(`${name}: T21-3.5-07 removing what was delivered neither shifts nor breaks paging`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(...LETTERS.map((letter) => version(letter)));
    const first = await bench.page({ limit: 3 });
    const after = first.rows.at(-1)?.dateAdded ?? 0;
    await bench.store.objects.remove({
      collection: queryOf({}).collection,
      verdict: allow({ delete: 'any' }),
      select: { ids: [idOf('b'), idOf('c')], filter: ALL },
      by: 'operator:ops',
      reason: 'delete',
    });
    assert.deepEqual(await bench.names(LAST, { after }), [...'defghij']);
    await bench.add(version('k'));
    assert.deepEqual(await bench.names(LAST, { after }), [...'defghijk']);
  });

  test(`${name}: after the end there is nothing until something is added`, async (t) => {
    const bench = await openBench(t, open);
    assert.deepEqual(await bench.page(), { rows: [], more: false, asOf: 0 });
    await bench.add(version('a'));
    for (const after of [NOW, NOW + 1, Number.MAX_SAFE_INTEGER]) {
      assert.deepEqual(await bench.page({ after }), { rows: [], more: false, asOf: NOW });
      assert.deepEqual(await bench.page({ after, filter: { ...ALL, ids: [idOf('a')] } }), {
        rows: [],
        more: false,
        asOf: NOW,
      });
    }
    await bench.add(version('b'));
    assert.deepEqual(await bench.names(LAST, { after: NOW }), ['b']);
    assert.deepEqual(await bench.names(LAST, { after: NOW - 1 }), ['a', 'b']);
  });

  test(`${name}: a page of a collection that is not there is refused`, async (t) => {
    const bench = await openBench(t, open);
    const page = bench.page({ collection: '33333333-3333-4333-8333-333333333333' });
    await assert.rejects(page, (error) => error instanceof AppError && error.code === 'not-found');
  });
}
