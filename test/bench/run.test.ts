import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { BENCH, smallBench } from './report.ts';

const NAMES = [
  'http-tiny',
  'http-page',
  'ingest',
  'ingest-tenths',
  'found',
  'drain-100',
  'drain-1000',
  'poll-page',
  'poll-delta',
  'poll-type',
  'poll-manifest',
  'poll-by-id',
  'poll-collections',
  'poll-mixed',
  'memory',
  'database',
  'search',
  'trends',
  'ledger',
  'statuses',
  'validate',
  'validate-strict',
];

test('a small bench measures what it is asked for, finds all objects that it pushed and cleans up', (t) =>
  smallBench(t, NAMES, '--only', 'ingest,drain,polls,size,validate'));

test('a part that does not exist is refused with the names of those that do', async () => {
  const run = promisify(execFile)(process.execPath, [BENCH, '--only', 'speed']);
  await assert.rejects(run, (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /"speed" is no part; the parts are ingest, import, drain/);
    return true;
  });
});
