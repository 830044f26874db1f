import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createGuard } from '../../src/exchange/guard.ts';
import { TaxiiClient } from '../../src/exchange/index.ts';
import { clientOf, FaultyServer, page, REF, read } from './server.ts';

const AUTH = { user: 'vendor', password: 'a-secret-password' } as const;

describe('addresses', () => {
  const guard = createGuard([]);

  for (const address of [
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:0001',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    '::ffff:0:7f00:1',
    '168.63.129.16',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'localhost',
    '',
    '1.2.3',
  ])
    test(`${JSON.stringify(address)} is not connected to`, () => assert.equal(guard.permits(address, false), false));

  for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '172.32.0.1', '2606:4700::1111', '100.128.0.1'])
    test(`${address} is`, () => assert.equal(guard.permits(address, false), true));

  test('networks that are named are permitted, and no others', () => {
    const named = createGuard(['10.1.0.0/16', '::1', 'fd00::/8', '127.0.0.1']);
    for (const address of ['10.1.255.255', '::1', 'fd12::3', '127.0.0.1', '::ffff:10.1.2.3'])
      assert.equal(named.permits(address, false), true, address);
    for (const address of ['10.2.0.1', '127.0.0.2', 'fc00::1'])
      assert.equal(named.permits(address, false), false, address);
  });

  test('with credentials over plain HTTP only what was named will do', () => {
    assert.equal(guard.permits('8.8.8.8', true), false);
    assert.equal(createGuard(['8.8.8.0/24']).permits('8.8.8.8', true), true);
  });

  for (const wrong of ['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/x', ''])
    test(`${JSON.stringify(wrong)} is no network`, () => {
      assert.throws(() => createGuard([wrong]), {
        code: 'config.invalid',
        message: /neither an address nor a network/,
      });
    });
});

describe('requests', () => {
  for (const [what, urlOf] of [
    ['an address', (origin: string) => origin],
    ['a name, at the moment it is connected to', (origin: string) => origin.replace('127.0.0.1', 'localhost')],
    ['an address in other writing', (origin: string) => origin.replace('127.0.0.1', '2130706433')],
    ['an IPv6 address with an IPv4 one in it', (origin: string) => origin.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
  ] as const)
    test(`do not reach this machine by ${what}, unless it is named`, async (t) => {
      const server = await FaultyServer.start(t, () => ({ body: '{}' }));
      const closed = clientOf(t, server, { url: `${urlOf(server.origin)}/taxii2/`, allow: ['10.0.0.0/8'] });
      await assert.rejects(closed.discovery(), {
        code: 'remote.address',
        message: /name the address or its network under "allow"/,
      });
      assert.equal(server.asked.length, 0);
      const open = clientOf(t, server, { url: `${urlOf(server.origin)}/taxii2/`, allow: ['127.0.0.0/8', '::1'] });
      await open.discovery();
      assert.equal(server.asked.length, 1);
    });

  test('do not follow a redirect to an address that is not permitted', async (t) => {
    const server = await FaultyServer.start(t, () => ({
      status: 302,
      headers: { location: 'http://169.254.169.254/latest/' },
    }));
    await assert.rejects(clientOf(t, server).discovery(), { code: 'remote.address', message: /169\.254\.169\.254/ });
  });

  test('follow redirects within the origin, with credentials', async (t) => {
    const server = await FaultyServer.start(t, ({ path }) =>
      path.startsWith('/old/')
        ? { status: 308, headers: { location: path.replace('old', 'new') } }
        : { body: '{"title":"New"}' },
    );
    const client = clientOf(t, server, { auth: AUTH });
    assert.equal((await client.apiRoot('/old/')).title, 'New');
    assert.equal(typeof server.asked[1]?.headers.authorization, 'string');
  });

  test('do not follow a redirect to another origin with credentials, and name where it leads', async (t) => {
    const other = await FaultyServer.start(t, () => ({ body: '{"title":"Other"}' }));
    const server = await FaultyServer.start(t, () => ({
      status: 302,
      headers: { location: `${other.origin}/x/?token=1` },
    }));
    await assert.rejects(clientOf(t, server, { auth: AUTH }).discovery(), {
      code: 'remote.redirected',
      details: { url: `${other.origin}/x/` },
    });
    assert.equal(other.asked.length, 0);
    assert.equal((await clientOf(t, server).discovery()).title, 'Other');
  });

  test('do not redirect a push, and end circles', async (t) => {
    const server = await FaultyServer.start(t, ({ path }) => ({ status: 307, headers: { location: path } }));
    const client = clientOf(t, server);
    await assert.rejects(client.add(REF, ['{}']), { code: 'remote.redirected' });
    assert.equal(server.asked.length, 1);
    await assert.rejects(client.discovery(), { code: 'remote.redirected', message: /at most 5 redirects/ });
    assert.equal(server.asked.length, 7);
  });

  test('to an API root of another origin are not sent with credentials', async (t) => {
    const other = await FaultyServer.start(t, () => page([], false));
    const server = await FaultyServer.start(t, () => ({ body: '{}' }));
    const reading = read(clientOf(t, server, { auth: AUTH }), {});
    await reading;
    const client = clientOf(t, server, { auth: AUTH });
    await assert.rejects(client.collections(`${other.origin}/api/`), { code: 'remote.redirected' });
    assert.equal(other.asked.length, 0);
  });

  for (const url of ['ftp://taxii.example/', 'file:///etc/passwd', 'taxii.example', 'javascript:alert(1)'])
    test(`to ${url} are refused`, () => {
      assert.throws(() => new TaxiiClient({ url }), { code: 'config.invalid' });
    });

  test('with credentials in the URL are refused, without showing them', () => {
    assert.throws(
      () => new TaxiiClient({ url: 'https://user:a-secret-password@taxii.example/' }),
      (error: Error & { code?: string }) => error.code === 'config.invalid' && !error.message.includes('secret'),
    );
  });
});

for (const proxy of ['http://user:a-secret-password@pr oxy:1', 'user:a-secret-password@proxy:1', 'socks5://proxy:1'])
  test(`a proxy ${proxy.slice(0, 7)}… is refused, without showing it`, () => {
    assert.throws(
      () => new TaxiiClient({ url: 'https://taxii.example/', proxy }),
      (error: Error & { code?: string }) => error.code === 'config.invalid' && !inspect(error).includes('secret'),
    );
  });

test('an answer that is said to be packed a thousand times is not begun to be unpacked', async (t) => {
  const server = await FaultyServer.start(t, () => ({
    body: 'x',
    headers: { 'content-encoding': Array(1000).fill('gzip').join() },
  }));
  await assert.rejects(clientOf(t, server).discovery(), { code: 'remote.invalid', message: /1000 times/ });
});

test('no error says anything of the credentials, nor does its cause', async (t) => {
  const server = await FaultyServer.start(t, ({ path }) =>
    path.includes('break') ? { breakAt: 3, body: '{"objects":[]}' } : { status: 401, body: '{"title":"No"}' },
  );
  const header = Buffer.from(`${AUTH.user}:${AUTH.password}`).toString('base64');
  const client = clientOf(t, server, { auth: AUTH });
  const attempts = [
    () => client.discovery(),
    () => client.apiRoot('/break/'),
    () => client.add(REF, ['{"id":"x--1"}']),
  ];
  for (const attempt of attempts) {
    const error: unknown = await attempt().catch((reason: unknown) => reason);
    let text = '';
    for (let each = error; each instanceof Error; each = each.cause)
      text += `${each.message} ${each.stack} ${JSON.stringify(each)} ${JSON.stringify(Object.entries(each))}`;
    assert.ok(text.length > 0);
    assert.ok(!text.includes(AUTH.password) && !text.includes(header), text);
  }
});
