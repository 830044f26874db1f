import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { harmless } from '../../src/observe/harmless.ts';
import { createLogger, logRequest, type RequestRecord } from '../../src/observe/log.ts';

function linesOf(run: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  run(createLogger('info', { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

const answered: RequestRecord = {
  request: 'r1',
  who: 'partner:alice',
  from: '192.0.2.1',
  method: 'GET',
  route: '/:root/',
  path: '/api1/',
  status: 200,
  count: 3,
  ms: 1.26,
};

describe('the log', () => {
  test('has one line a request: who, what, result, count (T21-B-03)', () => {
    const [line] = linesOf((logger) => logRequest(logger, answered));
    const { time, ...rest } = line ?? {};
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
    assert.deepEqual(rest, { level: 'info', ...answered, ms: 1.3, msg: 'answered' });
  });

  test('warns of refusals that settings would mend, with the header at fault and the client (client-quirks 40)', () => {
    const error = { code: 'accept.unsupported', header: 'Accept: text/html', userAgent: 'x/1' };
    const [line] = linesOf((logger) => logRequest(logger, { ...answered, status: 406, error }));
    assert.equal(line?.level, 'warn');
    assert.deepEqual(line?.error, error);
  });

  test('has the cause of a fault of ours, whole', () => {
    const error = { code: 'internal', cause: new Error('disk on fire') };
    const [line] = linesOf((logger) => logRequest(logger, { ...answered, status: 500, error }));
    assert.equal(line?.level, 'error');
    assert.match(JSON.stringify(line?.err), /disk on fire.*log\.test\.ts/);
  });

  test('says when the caller went away', () => {
    const { status: _, ...gone } = answered;
    const [line] = linesOf((logger) => logRequest(logger, gone));
    assert.equal(line?.msg, 'the client went away');
  });

  test('shows characters that would act on a terminal or a viewer as escapes (T21-B-09)', () => {
    assert.equal(harmless('a\u001b[31mb\u009bc\u2028d\u202ee\nf'), 'a\\u{1b}[31mb\\u{9b}c\\u{2028}d\\u{202e}e\\u{a}f');
    assert.equal(harmless('日本 – é'), '日本 – é');
    assert.equal(harmless('x'.repeat(1000)).length, 301);
  });

  test('never shows what goes by the name of a secret', () => {
    const secrets = { authorization: 's3cret', password: 's3cret', token: 's3cret', cookie: 's3cret' };
    const [line] = linesOf((logger) => logger.info({ ...secrets, headers: secrets }));
    assert.ok(!JSON.stringify(line).includes('s3cret'));
  });
});
