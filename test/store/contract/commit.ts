import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../src/errors.ts';
import { formatMicros } from '../../../src/time.ts';
import { ALL, idOf, kinds, LAST, NOW, type OpenStore, openBench, queryOf, TWO, version } from './harness.ts';

export function commitContract(name: string, open: OpenStore): void {
  test(`${name}: what was committed is served with its text untouched`, async (t) => {
    const bench = await openBench(t, open);
    const json = '{"id":"indicator--1","x":1.0e2,"é":"\\u00e9 \\/","big":12345678901234567890,"😀":"\u2028"}';
    const object = { ...version('a'), id: 'indicator--1', json };
    const [outcome] = await bench.add(object);
    assert.deepEqual(outcome, { kind: 'added', dateAdded: NOW, version: '2020-01-01T00:00:00.000Z' });
    assert.deepEqual(await bench.page(), {
      rows: [
        {
          id: 'indicator--1',
          dateAdded: NOW,
          version: '2020-01-01T00:00:00.000Z',
          specVersion: '2.1',
          json,
        },
      ],
      more: false,
      asOf: NOW,
    });
  });

  test(`${name}: T21-5.3-04 the manifest lists what the objects list, without the texts`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'), version('b', '', { spec: '2.0' }), version('c', '', { modified: null }));
    const { rows, ...rest } = await bench.page();
    const manifest = await bench.store.objects.manifest(queryOf({}));
    assert.deepEqual(manifest, { rows: rows.map(({ json: _, ...record }) => record), ...rest });
    assert.deepEqual(
      manifest.rows.map((row) => row.specVersion),
      ['2.1', '2.0', '2.1'],
    );
  });

  test(`${name}: T21-5.5-03 an exact duplicate is present already and changes nothing`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    const before = await bench.page();
    bench.now += 1_000_000;
    assert.deepEqual(await bench.add(version('a')), [{ kind: 'present', version: '2020-01-01T00:00:00.000Z' }]);
    assert.deepEqual(await bench.page(), before);
  });

  test(`${name}: A20 an equal JSON value is a duplicate, whatever its key order, numbers and defaults`, async (t) => {
    const bench = await openBench(t, open);
    const object = version('a', '', { more: { confidence: 10, revoked: false, labels: ['x', 'y'] } });
    await bench.add(object);
    const value = JSON.parse(object.json) as Record<string, unknown>;
    const { revoked: _, ...rest } = Object.fromEntries(Object.entries(value).reverse());
    const json = JSON.stringify(rest).replace('"confidence":10', '"confidence":1.0e1');
    assert.deepEqual(kinds(await bench.add({ ...object, json })), ['present']);
    const turned = JSON.stringify({ ...value, labels: ['y', 'x'] });
    assert.deepEqual(kinds(await bench.add({ ...object, json: turned })), ['conflict']);
  });

  test(`${name}: T21-5.5-15 other content under a stored version conflicts and the stored content stays`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' kept'));
    assert.deepEqual(await bench.add(version('a', ' other')), [
      { kind: 'conflict', version: '2020-01-01T00:00:00.000Z' },
    ]);
    assert.deepEqual(await bench.names(ALL), ['a kept']);
  });

  test(`${name}: T21-D-19 versions are instants: the same one in other digits is the same version`, async (t) => {
    const bench = await openBench(t, open);
    const as = (modified: string) => version('a', '', { modified });
    await bench.add(as('2020-01-01T00:00:00.5Z'));
    const outcomes = await bench.add(
      as('2020-01-01T00:00:00.500Z'),
      as('2020-01-01T00:00:00.500000000001Z'),
      as('2020-01-01T00:00:00.500000000002Z'),
    );
    assert.deepEqual(
      outcomes.map(({ kind, version: text }) => [kind, text]),
      [
        ['conflict', '2020-01-01T00:00:00.5Z'],
        ['added', '2020-01-01T00:00:00.500000000001Z'],
        ['added', '2020-01-01T00:00:00.500000000002Z'],
      ],
    );
  });

  test(`${name}: A21 an object without dates has its date added as version`, async (t) => {
    const bench = await openBench(t, open);
    const [outcome] = await bench.add(version('a', ' 1', { modified: null }));
    assert.deepEqual(outcome, { kind: 'added', dateAdded: NOW, version: formatMicros(NOW) });
    const again = await bench.add(version('a', ' 1', { modified: null }));
    assert.deepEqual(again, [{ kind: 'present', version: formatMicros(NOW) }]);
    assert.deepEqual(kinds(await bench.add(version('a', ' 2', { modified: null }))), ['added']);
    assert.deepEqual(kinds(await bench.add(version('a', ' 1', { modified: null }))), ['present']);
    assert.deepEqual(await bench.names(ALL), ['a 1', 'a 2']);
    assert.deepEqual(await bench.names(LAST), ['a 2']);
    const key = formatMicros(NOW).replace(/\.?0*Z$/, '');
    assert.deepEqual(await bench.names({ versions: { first: false, last: false, keys: [key] } }), ['a 1']);
  });

  test(`${name}: T21-5.5-16 the same pair twice in one batch is stored once`, async (t) => {
    const bench = await openBench(t, open);
    const undated = version('b', '', { modified: null });
    const outcomes = await bench.add(version('a'), version('a'), version('a', ' other'), undated, undated);
    assert.deepEqual(
      outcomes.map(({ kind, version: text }) => [kind, text]),
      [
        ['added', '2020-01-01T00:00:00.000Z'],
        ['present', '2020-01-01T00:00:00.000Z'],
        ['conflict', '2020-01-01T00:00:00.000Z'],
        ['added', formatMicros(NOW + 1000)],
        ['present', formatMicros(NOW + 1000)],
      ],
    );
    assert.deepEqual(await bench.names(ALL), ['a', 'b']);
  });

  test(`${name}: an object may claim a version that is the date another of it is added`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a', ' claimed', { modified: formatMicros(NOW) }));
    const [outcome] = await bench.add(version('a', ' dated', { modified: null }));
    assert.equal(outcome?.kind, 'added');
    bench.now += 10_000_000;
    const outcomes = await bench.add(
      version('a', ' undated', { modified: null }),
      version('a', ' late', { modified: formatMicros(bench.now) }),
    );
    assert.deepEqual(kinds(outcomes), ['added', 'conflict']);
    assert.deepEqual(await bench.store.maintenance.check(), []);
  });

  test(`${name}: the same version in two collections is two versions`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'));
    assert.deepEqual(kinds(await bench.commit({ collection: TWO, objects: [version('a', ' there')] })), ['added']);
    assert.deepEqual(await bench.names(LAST), ['a']);
    assert.deepEqual(await bench.names(LAST, { collection: TWO }), ['a there']);
  });

  test(`${name}: a commit into a collection that is not there is refused`, async (t) => {
    const bench = await openBench(t, open);
    const gone = bench.commit({ collection: '33333333-3333-4333-8333-333333333333', objects: [version('a')] });
    await assert.rejects(gone, (error) => error instanceof AppError && error.code === 'not-found');
  });

  test(`${name}: commits are whole, durable on return and found after a restart`, async (t) => {
    const bench = await openBench(t, open);
    await bench.add(version('a'), version('b', '', { modified: null }));
    const before = await bench.page();
    await bench.restart();
    assert.deepEqual(await bench.page(), before);
    assert.deepEqual(kinds(await bench.add(version('a'))), ['present']);
  });

  test(`${name}: counts say what a collection holds`, async (t) => {
    const bench = await openBench(t, open);
    assert.deepEqual(await bench.store.objects.counts(TWO), { objects: 0, versions: 0, removed: 0, types: [] });
    await bench.add(
      version('a'),
      version('a', '', { modified: '2021-01-01T00:00:00Z' }),
      version('a', '', { modified: '2022-01-01T00:00:00Z', spec: '2.0' }),
      version('m', '', { type: 'malware', marking: 'red' }),
    );
    await bench.store.objects.remove({
      collection: queryOf({}).collection,
      verdict: { kind: 'allowed', entries: queryOf({}).verdict.entries.map((entry) => ({ ...entry, delete: 'any' })) },
      select: { ids: [idOf('a')], filter: { versions: { first: true, last: false, keys: [] }, specVersions: ['2.1'] } },
      by: 'operator:ops',
      reason: 'delete',
    });
    assert.deepEqual(await bench.store.objects.counts(queryOf({}).collection), {
      objects: 2,
      versions: 3,
      removed: 1,
      types: [
        { type: 'indicator', versions: 2 },
        { type: 'malware', versions: 1 },
      ],
      lastAdded: NOW + 4000,
    });
  });
}
