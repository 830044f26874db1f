import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openFaulty } from '../conform/faulty/server.ts';
import { COLLECTIONS } from '../http/fixture.ts';
import { entente, file, temporary } from './program.ts';

const faulty = await openFaulty({ after });
const url = `${faulty.url}/taxii2/`;
const environment = { PASSWORD: 'alice-password' };
const SIGNED_IN = ['--user', 'alice', '--password-env', 'PASSWORD'];

describe('entente conform', () => {
  test('ends with 0 and a summary by section when nothing is broken', async () => {
    faulty.server.behaviour = {};
    const { code, stdout, stderr } = await entente(
      ['conform', url, ...SIGNED_IN, '--only', 'T21-3.4', '--collection', 'Collection RW'],
      { environment },
    );
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^TAXII 2\.1 conformance of http:\/\/127\.0\.0\.1:\d+\/api1\/\nreads from Collection RW/);
    assert.match(stdout, /^SECTION +PASS +FAIL +WARN +SKIP$/m);
    assert.match(stdout, /^3\.4 Filtering +\d+ +· +· +·$/m);
    assert.match(stdout, /^Passed over:$/m);
    assert.match(stdout, /needs --write-collection/);
    assert.match(stdout, /\d+ of 352 requirements were looked at, \d+ cannot be seen from outside$/m);
    assert.match(stdout, /Nothing that binds is broken\.\n$/);
    assert.equal(stderr, '');
  });

  test('ends with 1 when a MUST fails, and says what was sent, what came back and what was expected', async () => {
    faulty.server.behaviour = { answered: ({ headers }) => void delete headers['x-taxii-date-added-first'] };
    const { code, stdout } = await entente(['conform', url, ...SIGNED_IN, '--only', 'T21-3.2-06'], { environment });
    assert.equal(code, 1);
    assert.match(stdout, /^FAIL {2}T21-3\.2-06 \(MUST\) {2}answers with entries have X-TAXII-Date-Added-First$/m);
    assert.match(
      stdout,
      /^ {6}sent {6}GET http:\S+; Accept: application\/taxii\+json;version=2\.1; Authorization: Basic …$/m,
    );
    assert.match(stdout, /^ {6}got {7}200; content-type: application\/taxii\+json;version=2\.1; .*body: /m);
    assert.match(stdout, /^ {6}expected {2}the header X-TAXII-Date-Added-First$/m);
    assert.match(stdout, /1 check of what binds failed\.\n$/);
    assert.doesNotMatch(stdout, /YWxpY2U6/, 'no credentials');
  });

  test('ends with 0 when only a recommendation is not followed', async () => {
    faulty.server.behaviour = {
      answered({ headers }) {
        headers['content-type'] += '; charset=utf-8';
      },
    };
    const doubtful = await entente(
      ['conform', url, ...SIGNED_IN, '--only', 'T21-D-18', '--collection', 'Collection RW'],
      { environment },
    );
    assert.equal(doubtful.code, 0);
    assert.match(doubtful.stdout, /^warn {2}T21-D-18 \(DERIVED\)/m);
    assert.match(doubtful.stdout, /Nothing that binds is broken, and 1 recommendation not followed\./);
  });

  test('--json is one document, and --junit a file that build servers read', async (t) => {
    faulty.server.behaviour = { answered: ({ headers }) => void delete headers['x-taxii-date-added-last'] };
    const report = join(await temporary(t), 'report.xml');
    const args = [
      'conform',
      url,
      ...SIGNED_IN,
      '--only',
      'T21-3.2-06',
      'T21-3.2-07',
      'T21-8.2.2-02',
      '--json',
      '--junit',
      report,
    ];
    const { code, stdout } = await entente(args, { environment });
    assert.equal(code, 1);
    const document = JSON.parse(stdout);
    assert.deepEqual(document.summary, { pass: 1, fail: 1, warn: 0, skip: 1 });
    assert.deepEqual(
      document.checks.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]),
      [
        ['T21-3.2-06', 'pass'],
        ['T21-3.2-07', 'fail'],
        ['T21-8.2.2-02', 'skip'],
      ],
    );
    assert.equal(document.checks[1].level, 'MUST');
    assert.match(document.checks[1].flaws[0].sent, /^GET /);
    assert.match(document.checks[2].reason, /plain HTTP/);
    const xml = await readFile(report, 'utf8');
    assert.match(
      xml,
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="TAXII 2\.1 of http:\S+" tests="3" failures="1" /,
    );
    assert.match(
      xml,
      /<testcase classname="T21-3\.2-07" name="[^"]+"><failure message="the header X-TAXII-Date-Added-Last">sent: GET /,
    );
    assert.match(xml, /<skipped message="the server was reached over plain HTTP"\/>/);
    assert.doesNotMatch(xml, /&(?!amp;|lt;|gt;|quot;)/);
  });

  test('--write-collection adds and deletes', async () => {
    faulty.server.behaviour = {};
    const { code, stdout } = await entente(
      ['conform', url, ...SIGNED_IN, '--write-collection', COLLECTIONS.MT, '--only', 'T21-5.5-01', 'T21-5.7-06'],
      { environment },
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^writes to Collection MT/m);
    assert.equal((await faulty.hub.get('/api1/collections/MT/manifest/')).text.trim(), '{}');
  });

  test('--list needs no server', async () => {
    const { code, stdout } = await entente(['conform', '--list']);
    assert.equal(code, 0);
    assert.match(stdout, /^T21-3\.4-03 +DEF +reads +added_after brings only what was added later/m);
    assert.match(stdout, /^T21-5\.7-06 +MUST +reads, writes /m);
    const { checks } = JSON.parse((await entente(['conform', '--list', '--json'])).stdout);
    assert.ok(checks.length > 240);
  });

  test('--as says whether a product works, with its settings; 1 when it does not', async () => {
    faulty.server.behaviour = {};
    const args = ['conform', url, ...SIGNED_IN, '--collection', COLLECTIONS.RW, '--as', 'misp'];
    const works = await entente(args, { environment });
    assert.equal(works.code, 0);
    assert.match(works.stdout, /^MISP, TAXII servers\nwith http:\S+\/api1\/: would work\n/);
    assert.match(works.stdout, new RegExp(`^ {2}Base URL {4}${faulty.url}$`, 'm'));
    faulty.server.behaviour = {
      asked(asked) {
        asked.path = asked.path.replace('//', '/none/');
      },
    };
    const not = await entente([...args, '--json'], { environment });
    assert.equal(not.code, 1);
    const { works: verdict, steps } = JSON.parse(not.stdout);
    assert.equal(verdict, false);
    assert.equal(steps.at(-1).ok, false);
  });

  test('wrong usage ends with 2, a server that is not there with 3', async (t) => {
    const wrong: [string[], RegExp][] = [
      [['conform'], /Give the URL of a server/],
      [['conform', 'taxii.example'], /is no http or https URL/],
      [['conform', url, '--user', 'alice'], /--user needs --password-env/],
      [['conform', url, '--password-env', 'PASSWORD'], /A password needs --user/],
      [['conform', url, '--user', 'alice', '--password-env', 'NONE'], /variable NONE \(--password-env\) is not set/],
      [['conform', url, ...SIGNED_IN, '--token-env', 'PASSWORD'], /not both/],
      [['conform', url, '--password-env', 'A', '--password-file', 'B'], /Give the password once/],
      [['conform', url, '--as', 'misp', '--only', 'T21-3.4'], /--as goes without --only/],
      [['conform', url, '--cert', 'x.pem'], /--cert and --key go together/],
      [['conform', url, '--only', 'T21-99'], /No check shows "T21-99"/],
      [['conform', url, '--as', 'nobody'], /Allowed choices are sentinel, splunk/],
      [['conform', url, ...SIGNED_IN, '--collection', 'nope'], /lists no collection nope/],
    ];
    faulty.server.behaviour = {};
    for (const [args, message] of wrong) {
      const { code, stderr } = await entente(args, { environment });
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
    }
    const notPem = await file(await temporary(t), 'ca.pem', 'nothing');
    assert.match((await entente(['conform', url, '--ca', notPem])).stderr, /holds no PEM text/);
    for (const args of [
      ['conform', 'http://127.0.0.1:1/'],
      ['conform', url, '--ca', 'none.pem'],
    ]) {
      const { code, stdout } = await entente(args);
      assert.deepEqual([code, stdout], [3, '']);
    }
  });
});
