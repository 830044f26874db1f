import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { reportText } from '../../src/cli/conform-text.ts';
import { junit } from '../../src/conform/junit.ts';
import { reportDocument } from '../../src/conform/report.ts';
import { conform } from '../../src/conform/run.ts';
import { AppError } from '../../src/errors.ts';
import { COLLECTIONS } from '../http/fixture.ts';
import type { Behaviour } from './faulty/proxy.ts';
import { openFaulty } from './faulty/server.ts';

/** Servers that are broken beyond a fault: the run ends, says so, and never crashes. */

const faulty = await openFaulty({ after });
const BOUNDS = { timeoutMs: 500, maxBodyBytes: 100_000, maxRequests: 400 };
const TYPE = { 'content-type': 'application/taxii+json;version=2.1' };

/** Everything but discovery, the API root and its collections. */
function elsewhere(act: Behaviour['instead']): Behaviour {
  return {
    instead: (asked, response) =>
      ['discovery', 'api-root', 'collections'].includes(asked.kind) ? false : (act?.(asked, response) ?? false),
  };
}

const BROKEN: Readonly<Record<string, Behaviour>> = {
  'closes the connection': elsewhere((_asked, response) => response.destroy() !== undefined),
  'never answers': elsewhere(() => true),
  'never ends a body': elsewhere((_asked, response) => {
    response.writeHead(200, TYPE);
    const send = (): void => {
      while (!response.destroyed && response.write('['.repeat(10_000)));
      if (!response.destroyed) response.once('drain', send);
    };
    send();
    return true;
  }),
  'stops in the middle of a body': elsewhere((_asked, response) => {
    response.writeHead(200, { ...TYPE, 'content-length': '1000' });
    response.write('{"objects":[', () => response.destroy());
    return true;
  }),
  'speaks no HTTP': elsewhere((_asked, response) => response.socket?.end('SSH-2.0-OpenSSH\r\n') !== undefined),
  'answers with HTML': elsewhere(
    (_asked, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>') !== undefined,
  ),
  'answers with another kind of JSON': elsewhere(
    (_asked, response) => response.writeHead(200, TYPE).end('[[null],"x",7]') !== undefined,
  ),
  'answers with null everywhere': elsewhere(
    (_asked, response) =>
      response
        .writeHead(200, TYPE)
        .end(
          '{"objects":[null,{"id":null,"type":7}],"more":null,"next":7,"id":null,"versions":[null,{}],"status":null,"total_count":"x","successes":[null],"collections":null}',
        ) !== undefined,
  ),
  'answers with 200 and nothing': elsewhere((_asked, response) => response.writeHead(200, TYPE).end() !== undefined),
  'answers with 500': elsewhere((_asked, response) => response.writeHead(500).end('oops') !== undefined),
  'answers with a status that nobody knows': elsewhere(
    (_asked, response) => response.writeHead(799).end() !== undefined,
  ),
  'says more for ever': elsewhere(
    (_asked, response) =>
      response
        .writeHead(200, TYPE)
        .end(
          `{"more":true,"next":"${Math.random()}","objects":[{"id":"indicator--1","type":"indicator","version":"x","date_added":"x"}]}`,
        ) !== undefined,
  ),
  'nests without end': elsewhere(
    (_asked, response) =>
      response.writeHead(200, TYPE).end(`{"objects":${'['.repeat(40_000)}${']'.repeat(40_000)}}`) !== undefined,
  ),
  'asks to wait an hour': elsewhere(
    (_asked, response) => response.writeHead(429, { 'retry-after': '3600' }).end() !== undefined,
  ),
};

describe('a server that', () => {
  for (const [name, behaviour] of Object.entries(BROKEN))
    for (const writing of name === 'never answers' ? [false] : [false, true])
      test(`${name} is reported as broken, ${writing ? 'writing' : 'reading'}`, async () => {
        faulty.server.behaviour = behaviour;
        const report = await faulty.run({
          bounds: BOUNDS,
          only: name === 'never answers' ? QUICK : SOME,
          ...(writing ? { writeCollection: COLLECTIONS.RW } : {}),
        });
        assert.ok(
          report.results.some(({ verdict }) => verdict === 'fail'),
          'something that binds is broken',
        );
        assert.ok(report.results.every(({ verdict, reason }) => verdict !== 'skip' || reason !== ''));
      });
});

/** Where each request takes its whole time. */
const QUICK = ['T21-5.4-03'];
/** A few checks of every kind, so that time-outs do not add up. */
const SOME = ['T21-3.1-02', 'T21-3.4-12', 'T21-5.4-03', 'T21-5.5-01', 'T21-4.3-03'];

test('a server that is unreachable, or none of TAXII, ends the run with a reason', async () => {
  for (const behaviour of [
    { instead: (_asked, response) => response.destroy() !== undefined },
    { instead: (_asked, response) => response.writeHead(404).end('<html>') !== undefined },
    { instead: (_asked, response) => response.writeHead(200, TYPE).end('{"title":"x"}') !== undefined },
  ] satisfies Behaviour[]) {
    faulty.server.behaviour = behaviour;
    await assert.rejects(
      conform({ url: `${faulty.url}/taxii2/`, bounds: BOUNDS }),
      (error) => error instanceof AppError && error.code === 'target.unusable',
    );
  }
});

/** Bodies that have the look of TAXII and any values. */
const body = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e308,
      '',
      'x',
      '2026-01-01T00:00:00.000000Z',
      `indicator--${COLLECTIONS.RW}`,
      COLLECTIONS.RW,
      '\u001b[31m',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'id',
        'title',
        'objects',
        'versions',
        'collections',
        'more',
        'next',
        'can_read',
        'can_write',
        'media_types',
        'date_added',
        'version',
        'type',
        'spec_version',
        'modified',
        'status',
        'total_count',
        'success_count',
        'failure_count',
        'pending_count',
        'successes',
        'failures',
        'details',
        'http_status',
        'alias',
        'max_content_length',
        'request_timestamp',
      ),
      tie('value'),
      { maxKeys: 8 },
    ),
  ),
})).value;

test('whatever JSON a server answers with, a run ends with a report', async () => {
  const api = `/api1/collections/${COLLECTIONS.RW}/`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(body, { minLength: 20, maxLength: 20 }),
      fc.constantFrom(200, 202, 400),
      async (bodies, status) => {
        let turn = 0;
        faulty.server.behaviour = {
          instead(asked, response) {
            if (asked.kind === 'discovery') return false;
            turn += 1;
            const known = asked.path === '/api1/collections/' && turn % 2 === 0;
            response
              .writeHead(known ? 200 : status, TYPE)
              .end(
                JSON.stringify(
                  known
                    ? { collections: [{ id: COLLECTIONS.RW, title: api, can_read: true, can_write: true }] }
                    : bodies[turn % bodies.length],
                ),
              );
            return true;
          },
        };
        const report = await faulty.run({ url: `${faulty.url}/api1/`, bounds: { ...BOUNDS, maxRequests: 700 } });
        assert.ok(report.results.length > 200);
        JSON.stringify([reportDocument(report), reportText(report), junit(report)]);
        assert.ok(!reportText(report).join('').includes('\u001b'));
      },
    ),
    { numRuns: 12 },
  );
});
