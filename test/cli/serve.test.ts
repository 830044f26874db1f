import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import {
  documents,
  ENVIRONMENT,
  entente,
  file,
  HUB_FILE,
  hubDirectory,
  indicator,
  spawned,
  temporary,
} from './program.ts';
import { Serving, THREAT_DATA } from './server.ts';

const VENDOR = `vendor:${ENVIRONMENT.DEMO_PASSWORD}`;
const OBJECTS = `/regional/collections/${THREAT_DATA}/objects/`;

const idsOf = async (response: Response): Promise<string[]> =>
  ((await response.json()) as { objects?: { id: string }[] }).objects?.map(({ id }) => id) ?? [];

describe('entente serve', () => {
  test('applies the hub file, serves, and stops on SIGTERM with 0', async (t) => {
    const data = await temporary(t);
    const hub = await Serving.start(t, ['serve', '--hub', HUB_FILE, '--data', data, '--port', '0']);
    assert.deepEqual(hub.lines, [`listening on ${hub.url}`], 'one line on standard output');
    assert.equal((await hub.get('/taxii2/', VENDOR)).status, 200);
    assert.equal((await hub.get('/taxii2/')).status, 401);
    assert.equal((await hub.push([indicator(1)], VENDOR)).status, 202);
    assert.equal(await hub.end('SIGTERM'), 0);
    for (const line of hub.log.trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
    assert.ok(!hub.log.includes(ENVIRONMENT.DEMO_PASSWORD), 'no secret is logged');
  });

  test('what was acknowledged survives kill -9', async (t) => {
    const data = await hubDirectory(t);
    const first = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
    assert.equal((await first.push([indicator(1), indicator(2)], VENDOR)).status, 202);
    assert.equal(await first.end('SIGKILL'), 'SIGKILL');
    const second = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
    assert.deepEqual(await idsOf(await second.get(OBJECTS, VENDOR)), [indicator(1).id, indicator(2).id]);
    assert.equal(await second.end('SIGINT'), 0);
    assert.equal((await entente(['check', '--data', data])).code, 0);
  });

  test('when a credential was last used outlasts the process, without a write for each request', async (t) => {
    const data = await hubDirectory(t);
    const used = async (): Promise<unknown> => {
      const { stdout } = await entente(['credential', 'list', '--data', data, '--json']);
      const credentials = documents(stdout)[0]?.credentials as { name: string; last_used: string | null }[];
      return credentials.find(({ name }) => name === 'basic:vendor')?.last_used;
    };
    assert.equal(await used(), null);
    const before = Date.now();
    const hub = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
    await hub.get('/taxii2/', VENDOR);
    assert.equal(await used(), null, 'nothing is written at once');
    assert.equal(await hub.end('SIGTERM'), 0);
    const at = Date.parse(String(await used()));
    assert.ok(before <= at && at <= Date.now());
  });

  test('changes by other commands hold at once in a hub that serves', async (t) => {
    const data = await hubDirectory(t);
    const hub = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
    const path = await file(data, 'one.json', JSON.stringify(indicator(1)));
    assert.equal((await entente(['import', path, '--collection', 'threat-data', '--data', data])).code, 0);
    assert.deepEqual(await idsOf(await hub.get(OBJECTS, VENDOR)), [indicator(1).id]);
    const other = { DEMO_PASSWORD: 'another password' };
    assert.equal((await entente(['apply', HUB_FILE, '--data', data], { environment: other })).code, 0);
    assert.equal((await hub.get(OBJECTS, VENDOR)).status, 401);
    assert.equal((await hub.get(OBJECTS, 'vendor:another password')).status, 200);
    const removed = await entente(['collection', 'remove', 'threat-data', '--yes', '--data', data]);
    assert.equal(removed.code, 0, removed.stderr);
    assert.equal((await hub.get(OBJECTS, 'vendor:another password')).status, 404);
  });

  test('a port that is taken ends it with 3 and says what to do', async (t) => {
    const data = await hubDirectory(t);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const address = other.address();
    assert.ok(address !== null && typeof address === 'object');
    const { code, stderr } = await entente(['serve', '--data', data, '--port', String(address.port)]);
    assert.equal(code, 3);
    assert.match(stderr, new RegExp(`Port ${address.port} is taken on 127\\.0\\.0\\.1\\. Choose another with --port`));
  });

  test('a hub file that is wrong ends it with 2 before anything is served', async (t) => {
    const wrong = await file(await temporary(t), 'hub.yaml', 'hub: 1');
    const { code, stdout, stderr } = await spawned([
      'serve',
      '--hub',
      wrong,
      '--data',
      await temporary(t),
      '--port',
      '0',
    ]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /hub\.yaml:1:6: hub: expected keys with values/);
  });

  test('it warns when passwords would travel in clear text, and not behind a proxy with TLS', async (t) => {
    const data = await hubDirectory(t);
    const args = ['serve', '--data', data, '--host', '0.0.0.0', '--port', '0'];
    const open = await Serving.start(t, args);
    await open.end('SIGTERM');
    assert.match(open.log, /^\{"level":"warn",.*0\.0\.0\.0 can be reached from other machines.*without TLS/m);
    const behind = await Serving.start(t, [...args, '--public-url', 'https://taxii.example']);
    const discovery = (await (await behind.get('/taxii2/', VENDOR)).json()) as { default: string };
    assert.equal(discovery.default, 'https://taxii.example/regional/');
    await behind.end('SIGTERM');
    assert.doesNotMatch(behind.log, /without TLS/);
  });
});
