import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const BENCH = new URL('../../bench/run.ts', import.meta.url).pathname;
const RESULTS = new URL('../../.bench/', import.meta.url).pathname;

/** Every part, in a run short enough for a test. */
const NAMES = [
  'http-tiny',
  'http-page',
  'ingest',
  'ingest-tenths',
  'found',
  'drain-100',
  'drain-1000',
  'page-last-no-filter',
  'page-last-one-type',
  'page-last-five-types',
  'page-last-spec-version',
  'page-last-all-versions',
  'page-last-first-versions',
  'page-last-first-versions-of-one-type',
  'poll-page',
  'poll-delta',
  'poll-type',
  'poll-manifest',
  'poll-by-id',
  'poll-collections',
  'poll-mixed',
  'import',
  'import-memory',
  'drain-half-hidden',
  'short-pages-half-hidden',
  'access',
  'connections-idle',
  'connections-busy',
  'busy-polls',
  'busy-ingest',
  'adverse-absent',
  'adverse-hidden',
  'adverse-superseded',
  'sign-in-delta',
  'sign-in-page',
  'sign-in-wrong',
  'guesses-hashed',
  'polls-alone',
  'polls-beside-polls',
  'polls-beside-guesses',
  'memory',
  'database',
  'statuses',
  'ledger-polls',
  'ledger-record',
  'ledger-verify',
  'ledger-size',
  'validate',
  'validate-strict',
  'trends-follow',
  'trends-malware-red',
  'trends-malware-green',
  'trends-vulnerability-red',
  'trends-vulnerability-green',
  'trends-attack-pattern-red',
  'trends-attack-pattern-green',
  'trends-country-red',
  'trends-country-green',
  'trends-type-red',
  'trends-type-green',
  'trends-observable-red',
  'trends-observable-green',
  'console-follow',
  ...['ops', 'reader'].flatMap((user) =>
    [
      'overview',
      'trends-by-week',
      'objects',
      'objects-of-a-type',
      'search-for-a-common-word',
      'search-for-words-that-begin-so',
      'search-for-two-words',
      'search-for-what-is-not-there',
      'object',
      'report',
      'graph-of-three-steps',
      'pushes',
      ...(user === 'ops' ? ['partners', 'ledger'] : []),
    ].map((page) => `console-${user}-${page}`),
  ),
];

interface Report {
  readonly when: string;
  readonly rows: readonly { readonly name: string; readonly measured: number; readonly ratio?: number }[];
}

test('a small bench measures every part, finds all objects that it pushed and cleans up', async (t) => {
  const run = promisify(execFile)(process.execPath, [BENCH, '--objects', '2000', '--json']);
  const { pid } = run.child;
  const { stdout } = await run;
  const report = JSON.parse(stdout) as Report;
  t.after(() => rm(join(RESULTS, `${report.when.replaceAll(/[:.]/g, '-')}.json`)));
  const names = report.rows.map((row) => row.name);
  assert.deepEqual(names, process.platform === 'linux' ? NAMES : NAMES.filter((name) => !name.endsWith('memory')));
  for (const { name, measured } of report.rows)
    assert.ok(measured > 0 || name === 'short-pages-half-hidden', `${name}: ${measured}`);
  assert.equal(report.rows.find((row) => row.name === 'found')?.ratio, 1);
  assert.equal(existsSync(join(RESULTS, `run-${pid}`)), false);
});

test('a part that does not exist is refused with the names of those that do', async () => {
  const run = promisify(execFile)(process.execPath, [BENCH, '--only', 'speed']);
  await assert.rejects(run, (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /"speed" is no part; the parts are ingest, import, drain/);
    return true;
  });
});
