import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { membersOf, minified } from '../json-text.ts';
import { documents, entente, file, hubDirectory, indicator, MAIN, SAMPLES, spawned, temporary } from './program.ts';

const bundle = (...objects: unknown[]): string =>
  JSON.stringify({ type: 'bundle', id: 'bundle--00000000-0000-4000-8000-000000000000', objects });

const importInto = (data: string, ...args: string[]) =>
  entente(['import', ...args, '--collection', 'threat-data', '--json', '--data', data]);

const exported = async (data: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await entente(['export', '--collection', 'threat-data', '--data', data, ...args]);
  assert.equal(code, 0, stderr);
  return stdout;
};

describe('entente validate', () => {
  test('accepts the shipped samples at level strict, without any hub', async () => {
    const files = readdirSync(SAMPLES).map((name) => join(SAMPLES, name));
    const { code, stdout } = await spawned(['validate', '--level', 'strict', ...files]);
    assert.equal(stdout, '44 objects: 0 errors, 0 warnings; all would be accepted.\n');
    assert.equal(code, 0);
  });

  test('prints each finding with its place in the file, and ends with 1', async (t) => {
    const text = `{"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": [\n  ${JSON.stringify(indicator(1))},\n  {\n    "type": "indicator",\n    "id": "indicator--x"\n  }\n]}`;
    const path = await file(await temporary(t), 'bad.json', text);
    const { code, stdout } = await entente(['validate', path]);
    assert.equal(code, 1);
    assert.match(stdout, /bad\.json:5:11: error /);
    assert.match(stdout, /^2 objects: .*; 1 would be refused\.$/m);
  });

  test('findings come as one reads the file, and the same hint not twice in a row', async (t) => {
    const text = bundle(indicator(1, { created: '2026-01-01T00:00:00Z', valid_from: 'now', lang: 'x y' }), {
      type: 'tool',
    });
    const path = await file(await temporary(t), 'bad.json', text);
    const { stdout } = await entente(['validate', path]);
    const columns = [...stdout.matchAll(/bad\.json:1:(\d+): /g)].map(([, column]) => Number(column));
    assert.ok(columns.length > 5);
    assert.deepEqual(
      columns,
      columns.toSorted((a, b) => a - b),
    );
    assert.equal(stdout.match(/error required-property/g)?.length, 5);
    assert.equal(stdout.match(/^ {4}Add the property\.$/gm)?.length, 1);
  });

  test('text that breaks off is a finding too, and what stands before it is checked', async (t) => {
    const path = await file(await temporary(t), 'cut.json', bundle(indicator(1), indicator(2)).slice(0, -20));
    const { code, stdout } = await entente(['validate', path]);
    assert.equal(code, 1);
    assert.match(stdout, /cut\.json:1:\d+: error json: /);
    assert.match(stdout, /^2 objects: 1 error, /m);
  });

  test('--json prints a finding a line, then the totals', async (t) => {
    const path = await file(await temporary(t), 'bad.json', bundle(indicator(1, { created: 'now' })));
    const { stdout } = await entente(['validate', path, '--json']);
    const [finding, ...rest] = documents(stdout);
    assert.equal(finding?.file, path);
    assert.equal(finding?.path, '/created');
    assert.equal(finding?.severity, 'error');
    assert.equal(finding?.id, indicator(1).id);
    for (const key of ['line', 'column', 'rule', 'message', 'section']) assert.ok(finding?.[key] !== undefined, key);
    assert.deepEqual(Object.keys(rest.at(-1) ?? {}), ['objects', 'refused', 'errors', 'warnings']);
  });

  test('what is wrong with a bundle itself is found too, and what to do about a finding is said', async (t) => {
    const text = bundle(indicator(1, { modified: '2025-12-31T00:00:00.000Z' })).replace('bundle--0000', 'bundle-0000');
    const path = await file(await temporary(t), 'bad.json.gz', gzipSync(text));
    const { code, stdout } = await entente(['validate', path]);
    assert.equal(code, 1);
    assert.match(stdout, /bad\.json\.gz:1:23: error identifier-format: .*\n/);
    assert.match(stdout, /: error modified-before-created: .*\n {4}\S/);
    assert.match(stdout, /^1 object: 2 errors, 0 warnings; 1 would be refused\.$/m);
  });

  test('standard input is checked without a trace on the disk', async (t) => {
    const data = join(await temporary(t), 'data');
    const { code, stdout } = await entente(['validate', '-', '--data', data], { input: bundle(indicator(1)) });
    assert.deepEqual([code, stdout.split(':')[0]], [0, '1 object']);
    assert.ok(!existsSync(data));
  });

  test('--level strict refuses what earns a warning', async (t) => {
    const odd = bundle(indicator(1, { indicator_types: ['no-such-type'] }));
    const path = await file(await temporary(t), 'odd.json', odd);
    assert.equal((await entente(['validate', path])).code, 0);
    assert.equal((await entente(['validate', path, '--level', 'strict'])).code, 1);
  });

  test('a file that does not exist ends with 3 before anything is printed', async (t) => {
    const path = await file(await temporary(t), 'good.json', bundle(indicator(1)));
    const { code, stdout, stderr } = await entente(['validate', path, `${path}.none`]);
    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /good\.json\.none cannot be read: it does not exist/);
  });
});

describe('entente import and export', () => {
  test('what is exported is lexically what was imported, white space aside', async (t) => {
    const data = await hubDirectory(t);
    const names = readdirSync(SAMPLES).filter((name) => name.startsWith('threat-data'));
    const files = names.map((name) => join(SAMPLES, name));
    const first = await importInto(data, ...files);
    assert.deepEqual([first.code, documents(first.stdout)], [0, [{ added: 35, present: 2, refused: 0 }]], first.stderr);
    const expected = new Set(files.flatMap((name) => membersOf(readFileSync(name, 'utf8'), 'objects').map(minified)));
    const served = membersOf(await exported(data), 'objects');
    assert.deepEqual(new Set(served), expected);
    assert.equal(served.length, expected.size);
  });

  test('odd spellings of numbers, escapes and key order stay as they are', async (t) => {
    const data = await hubDirectory(t);
    const odd = JSON.stringify(indicator(1)).replace('"name"', '"x_a":1.0e2,"x_b":"\\u00e9\\/","x_c":1.10,"name"');
    const path = await file(data, 'odd.json', `[${odd}]`);
    await importInto(data, path);
    assert.deepEqual(membersOf(await exported(data), 'objects'), [odd]);
  });

  test('importing again adds nothing', async (t) => {
    const data = await hubDirectory(t);
    const path = await file(data, 'b.json', bundle(indicator(1), indicator(2)));
    await importInto(data, path);
    assert.deepEqual(documents((await importInto(data, path)).stdout), [{ added: 0, present: 2, refused: 0 }]);
  });

  test('envelopes, lists, single objects, NDJSON and gzip of them are read alike, also from standard input', async (t) => {
    const data = await hubDirectory(t);
    const forms = [
      await file(data, 'envelope.json', JSON.stringify({ more: false, objects: [indicator(1)] })),
      await file(data, 'list.json', JSON.stringify([indicator(2)], null, 2)),
      await file(data, 'single.json', JSON.stringify(indicator(3))),
      await file(data, 'lines.ndjson', `${JSON.stringify(indicator(4))}\n${JSON.stringify(indicator(5))}\n`),
      await file(data, 'packed.json.gz', gzipSync(bundle(indicator(6)))),
    ];
    assert.deepEqual(documents((await importInto(data, ...forms)).stdout), [{ added: 6, present: 0, refused: 0 }]);
    const args = ['import', '-', '--collection', 'threat-data', '--json', '--data', data];
    const piped = await spawned(args, { input: gzipSync(bundle(indicator(7))) });
    assert.deepEqual([piped.code, documents(piped.stdout)], [0, [{ added: 1, present: 0, refused: 0 }]], piped.stderr);
    assert.deepEqual(readdirSync(join(data, 'spool')), [], 'nothing of standard input stays');
  });

  test('objects that are refused are listed with file, line and reason; the others are added', async (t) => {
    const data = await hubDirectory(t);
    const lines = [indicator(1), indicator(2, { created: 'now' }), indicator(3)].map((o) => JSON.stringify(o));
    const path = await file(data, 'mixed.ndjson', `${lines.join('\n')}\n{"broken\n`);
    const people = await entente(['import', path, '--collection', 'threat-data', '--data', data]);
    assert.equal(people.code, 1);
    assert.equal(people.stdout, '2 objects added, 0 already there, 2 refused.\n');
    assert.match(people.stderr, new RegExp(`^${path}:2:1: ${indicator(2).id}: /created: `, 'm'));
    assert.match(people.stderr, new RegExp(`^${path}:4:\\d+: `, 'm'));
    const programs = documents((await importInto(data, path)).stdout);
    assert.deepEqual(
      new Set(programs.map(({ line, ...totals }) => line ?? totals)),
      new Set([2, 4, { added: 0, present: 2, refused: 2 }]),
    );
  });

  test('markings that come last in a file, or in the next one, count for what refers to them', async (t) => {
    const data = await hubDirectory(t);
    const statement = {
      type: 'marking-definition',
      spec_version: '2.1',
      id: 'marking-definition--00000000-0000-4000-8000-000000000009',
      created: '2026-01-01T00:00:00.000Z',
      definition_type: 'statement',
      definition: { statement: 'Copyright 2026' },
    };
    const marked = indicator(1, { object_marking_refs: [statement.id] });
    const first = await file(data, 'a.json', bundle(marked));
    const second = await file(data, 'b.json', bundle(statement));
    await importInto(data, first, second);
    assert.equal(membersOf(await exported(data, '--max-tlp', 'green'), 'objects').length, 2);
  });

  test('export chooses by type, date added and TLP', async (t) => {
    const data = await hubDirectory(t);
    const names = readdirSync(SAMPLES).filter((name) => name.startsWith('threat-data'));
    await importInto(data, ...names.map((name) => join(SAMPLES, name)));
    const typesOf = async (...args: string[]): Promise<string[]> =>
      membersOf(await exported(data, ...args), 'objects').map((text) => (JSON.parse(text) as { type: string }).type);
    assert.deepEqual(new Set(await typesOf('--type', 'tool', '--type', 'campaign')), new Set(['tool', 'campaign']));
    const green = await typesOf('--max-tlp', 'green');
    assert.ok(!green.includes('intrusion-set') && green.includes('campaign'));
    const all = documents(await exported(data, '--records'));
    const later = documents(await exported(data, '--records', '--added-after', String(all[9]?.date_added)));
    assert.deepEqual(later, all.slice(10));
  });

  test('records move a collection to another hub with the dates it had', async (t) => {
    const [old, fresh] = [await hubDirectory(t), await hubDirectory(t)];
    await importInto(old, await file(old, 'b.json', bundle(indicator(1), indicator(2), indicator(3))));
    const records = await exported(old, '--records');
    const path = await file(fresh, 'records.ndjson', records);
    const moved = await importInto(fresh, path, '--records');
    assert.deepEqual([moved.code, documents(moved.stdout)], [0, [{ added: 3, present: 0, refused: 0 }]], moved.stderr);
    assert.equal(await exported(fresh, '--records'), records);
    const again = await importInto(fresh, path, '--records');
    assert.deepEqual(documents(again.stdout), [{ added: 0, present: 3, refused: 0 }]);
  });

  test('an empty collection exports as a bundle without objects', async (t) => {
    const text = await exported(await hubDirectory(t));
    assert.match(text, /^\{"type":"bundle","id":"bundle--[0-9a-f-]{36}"\}\n$/);
  });

  test('--out writes a file that is there whole or not at all', async (t) => {
    const data = await hubDirectory(t);
    await importInto(data, await file(data, 'b.json', bundle(indicator(1))));
    const out = join(data, 'out.json');
    assert.equal(await exported(data, '--out', out), '');
    assert.equal(membersOf(await readFile(out, 'utf8'), 'objects').length, 1);
    const args = [
      'export',
      '--collection',
      'threat-data',
      '--data',
      data,
      '--out',
      join(data, 'no/such/directory.json'),
    ];
    const failed = await entente(args);
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /cannot be written/);
    assert.deepEqual(
      readdirSync(data).filter((name) => name.endsWith('.partial')),
      [],
    );
  });

  test('a reader that goes away ends an export quietly', async (t) => {
    const data = await hubDirectory(t);
    const objects = Array.from({ length: 3000 }, (_, i) => indicator(i));
    await importInto(data, await file(data, 'many.json', bundle(...objects)));
    const { code, stderr } = await closedReader(['export', '--collection', 'threat-data', '--data', data]);
    assert.deepEqual([code, stderr], [0, '']);
  });
});

/** Runs a command whose standard output is closed after its first piece. */
async function closedReader(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.once('data', () => child.stdout.destroy());
  const [err, [code]] = await Promise.all([buffer(child.stderr), once(child, 'close')]);
  return { code: code as number, stderr: String(err) };
}
