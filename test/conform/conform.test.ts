import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { reportText } from '../../src/cli/conform-text.ts';
import { conform, type Report } from '../../src/conform/run.ts';
import { AppError } from '../../src/errors.ts';
import { authorization, COLLECTIONS } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { openFaulty } from './faulty/server.ts';

const hub = await openHub({ after });
const url = `${await hub.listen()}/taxii2/`;
const alice = authorization('alice');

/** Why checks were passed over. */
function reasons({ results }: Report): string[] {
  return [...new Set(results.flatMap(({ verdict, reason }) => (verdict === 'skip' ? [reason ?? ''] : [])))];
}

describe('a run', () => {
  test('without --write-collection only GET and HEAD are sent', async (t) => {
    const faulty = await openFaulty(t);
    const methods = new Set<string>();
    faulty.server.behaviour = {
      asked: ({ method, body }) => void methods.add(body.length === 0 ? method : `${method} with a body`),
    };
    await faulty.run();
    assert.deepEqual([...methods].sort(), ['GET', 'HEAD']);
  });

  test('is bounded in requests: what is left is passed over with the reason, and what was added is deleted', async () => {
    const before = (await hub.get('manifest/?match[version]=all', { user: 'ops' })).text;
    const report = await conform({
      url,
      authorization: alice,
      writeCollection: COLLECTIONS.RW,
      bounds: { maxRequests: 60 },
    });
    assert.ok(report.requests < 100);
    assert.ok(reasons(report).includes('the run is bounded to 60 requests'));
    assert.equal((await hub.get('manifest/?match[version]=all', { user: 'ops' })).text, before);
  });

  test('is bounded in time', async () => {
    const report = await conform({ url, authorization: alice, bounds: { timeMs: 0 } }).catch((error: unknown) => error);
    assert.ok(report instanceof Error);
    assert.match(report.message, /bounded in time/);
  });

  test('that is stopped deletes what it added', async () => {
    const before = (await hub.get('manifest/?match[version]=all', { user: 'ops' })).text;
    const stop = new AbortController();
    const report = await conform({
      url,
      authorization: alice,
      writeCollection: COLLECTIONS.RW,
      signal: stop.signal,
      progress: (done) => done === 5 && stop.abort(),
    });
    assert.ok(reasons(report).includes('the run was stopped'));
    assert.equal(report.ended, 'the run was stopped');
    assert.match(reportText(report).at(-1) ?? '', /Not all was looked at: the run was stopped\.$/);
    assert.equal((await hub.get('manifest/?match[version]=all', { user: 'ops' })).text, before);
  });

  test('does only the checks that are named', async () => {
    const report = await conform({ url, authorization: alice, only: ['T21-3.4-03'] });
    assert.deepEqual(
      report.results.map(({ id }) => id),
      ['T21-3.4-03'],
    );
  });

  test('names objects that it could not delete', async (t) => {
    const faulty = await openFaulty(t);
    faulty.server.behaviour = {
      instead: ({ method }, response) => method === 'DELETE' && response.writeHead(403).end() !== undefined,
    };
    const report = await faulty.run({ writeCollection: COLLECTIONS.RW, only: ['T21-5.5-01'] });
    assert.ok(report.left.length >= 7);
    assert.match(report.left[0] ?? '', /^indicator--/);
  });

  test('a body that is asked for before the refusal is told (T21-D-13), a refusal at once is not', async (t) => {
    const options = { authorization: alice, writeCollection: COLLECTIONS.RW, only: ['T21-D-13'] };
    // Node's own server asks for every body.
    const faulty = await openFaulty(t);
    const verdicts = [await faulty.run(options), await conform({ url, ...options })].map(
      ({ results }) => results[0]?.verdict,
    );
    assert.deepEqual(verdicts, ['warn', 'pass']);
  });

  test('says what is wrong with its own arguments', async () => {
    const wrong: [Parameters<typeof conform>[0], RegExp][] = [
      [{ url: 'taxii.example' }, /is no http or https URL/],
      [{ url: url.replace('//', '//user:secret@') }, /holds credentials/],
      [{ url, authorization: alice, collection: 'nope' }, /lists no collection nope. It lists: .*Collection RW/],
      [{ url: 'http://127.0.0.1:1/' }, /does not answer/],
      [{ url, authorization: `Basic ${Buffer.from('alice:wrong').toString('base64')}` }, /names no API root \(401/],
    ];
    for (const [options, message] of wrong)
      await assert.rejects(
        conform(options),
        (error) => error instanceof AppError && message.test(error.message),
        String(message),
      );
  });

  test('does not send credentials to another server than the one named', async (t) => {
    const faulty = await openFaulty(t);
    faulty.server.behaviour = {
      instead: (_asked, response) =>
        response.end(JSON.stringify({ title: 'x', api_roots: ['https://elsewhere.example/api/'] })) !== undefined,
    };
    await assert.rejects(
      faulty.run({ url: `${faulty.url}/taxii2/` }),
      /API roots are on another server \(https:\/\/elsewhere.example\/api\/\)/,
    );
  });
});
