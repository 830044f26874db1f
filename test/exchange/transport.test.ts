import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { TaxiiClient } from '../../src/exchange/index.ts';
import { issue } from '../certificates.ts';
import { clientOf, FaultyServer, TAXII } from './server.ts';

const authority = issue({ subject: { CN: 'Authority' }, ca: true });
const server = issue({
  subject: { CN: 'Server' },
  issuer: authority,
  usage: 'server',
  hosts: ['127.0.0.1', 'localhost'],
});
const vendor = issue({ subject: { O: 'Vendor', CN: 'vendor' }, issuer: authority, usage: 'client' });
const RETRY = { attempts: 2, pauseMs: 1 };

/** Answers with the name of the client certificate as its title. */
async function secureServer(t: TestContext, options: ServerOptions): Promise<string> {
  const https = createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.setHeader('content-type', TAXII);
    response.end(JSON.stringify({ title: String(subject?.CN ?? 'nobody') }));
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  t.after(() => {
    https.closeAllConnections();
    https.close();
  });
  return `https://127.0.0.1:${(https.address() as AddressInfo).port}/taxii2/`;
}

function open(t: TestContext, options: ConstructorParameters<typeof TaxiiClient>[0]): TaxiiClient {
  const client = new TaxiiClient({ allow: ['127.0.0.1'], retry: RETRY, ...options });
  t.after(() => client[Symbol.asyncDispose]());
  return client;
}

describe('TLS', () => {
  test('an own authority, and a client certificate', async (t) => {
    const url = await secureServer(t, { cert: server.cert, key: server.key, ca: authority.cert });
    assert.equal((await open(t, { url, ca: authority.cert }).discovery()).title, 'nobody');
    const signed = open(t, { url, ca: authority.cert, cert: vendor.cert, key: vendor.key });
    assert.equal((await signed.discovery()).title, 'vendor');
  });

  test('a server that nobody known has vouched for is not spoken to, and it is said why', async (t) => {
    const url = await secureServer(t, { cert: server.cert, key: server.key });
    await assert.rejects(open(t, { url }).discovery(), { code: 'remote.unreachable', message: /not trusted here/ });
  });

  test('a certificate of another name or one that has expired is refused', async (t) => {
    const other = issue({ subject: { CN: 'x' }, issuer: authority, usage: 'server', hosts: ['taxii.example'] });
    const old = issue({
      subject: { CN: 'x' },
      issuer: authority,
      usage: 'server',
      hosts: ['127.0.0.1'],
      from: new Date('2020-01-01'),
      until: new Date('2021-01-01'),
    });
    const named = await secureServer(t, { cert: other.cert, key: other.key });
    await assert.rejects(open(t, { url: named, ca: authority.cert }).discovery(), {
      code: 'remote.unreachable',
      message: /altnames/,
    });
    const expired = await secureServer(t, { cert: old.cert, key: old.key });
    await assert.rejects(open(t, { url: expired, ca: authority.cert }).discovery(), {
      code: 'remote.unreachable',
      message: /has expired/,
    });
  });
});

describe('credentials', () => {
  test('Basic in UTF-8, tokens, and tokens of other schemes', async (t) => {
    const seen = await FaultyServer.start(t, ({ headers }) => ({
      body: JSON.stringify({ title: headers.authorization }),
    }));
    const titleOf = async (auth: ConstructorParameters<typeof TaxiiClient>[0]['auth']): Promise<string> =>
      (await clientOf(t, seen, auth === undefined ? {} : { auth }).discovery()).title;
    assert.equal(await titleOf({ user: 'vendor', password: 'pässword' }), 'Basic dmVuZG9yOnDDpHNzd29yZA==');
    assert.equal(await titleOf({ token: 'abc' }), 'Bearer abc');
    assert.equal(await titleOf({ token: 'abc', scheme: 'Token' }), 'Token abc');
    assert.equal(await titleOf(undefined), '');
  });
});

describe('a proxy', () => {
  /** Tunnels everything, and says what it was asked for. */
  async function proxy(t: TestContext): Promise<{ readonly url: string; readonly asked: (string | undefined)[] }> {
    const asked: (string | undefined)[] = [];
    const http = createPlain();
    http.on('connect', (request, socket, head) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      const { hostname, port } = new URL(`http://${request.url}`);
      const target = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    http.on('request', async (request, response) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      const answer = await fetch(request.url ?? '', { headers: { accept: TAXII } });
      response.writeHead(answer.status, { 'content-type': TAXII }).end(await answer.text());
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    t.after(() => {
      http.closeAllConnections();
      http.close();
    });
    return { url: `http://proxy-user:proxy-password@127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
  }

  test('is gone through, with its own credentials', async (t) => {
    const url = await secureServer(t, { cert: server.cert, key: server.key });
    const { url: through, asked } = await proxy(t);
    assert.equal((await open(t, { url, ca: authority.cert, proxy: through }).discovery()).title, 'nobody');
    assert.deepEqual(asked, [
      new URL(url).host,
      `Basic ${Buffer.from('proxy-user:proxy-password').toString('base64')}`,
    ]);
  });

  test('is not asked for addresses that are not permitted', async (t) => {
    const url = await secureServer(t, { cert: server.cert, key: server.key });
    const { url: through, asked } = await proxy(t);
    await assert.rejects(open(t, { url, proxy: through, allow: [] }).discovery(), { code: 'remote.address' });
    assert.deepEqual(asked, []);
  });
});
