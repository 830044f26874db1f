import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientHttp2Stream, connect as connectHttp2, constants, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { canonicalSubject } from '../../src/auth/mtls.ts';
import type { TlsMaterial } from '../../src/http/tls.ts';
import { keepTlsCurrent } from '../../src/http/tls-reload.ts';
import { createLogger } from '../../src/observe/log.ts';
import { type Issued, issue, type Wanted } from '../certificates.ts';
import { authorization, OBJECTS, put, V21 } from './fixture.ts';
import { type Hub, type HubOptions, openHub, real } from './hub.ts';

const hosts = ['127.0.0.1', 'localhost'];
const authority = issue({ subject: { O: 'Test authority' }, ca: true });
const server = issue({ subject: { CN: 'hub' }, issuer: authority, usage: 'server', hosts, algorithm: 'rsa' });
const clientAuthority = issue({ subject: { O: 'Client authority' }, ca: true });
const alice = client({});

function client(more: Partial<Wanted>): Issued {
  return issue({ subject: { O: 'Alice, Inc.', CN: 'alice' }, issuer: clientAuthority, usage: 'client', ...more });
}

function material({ cert, key }: Issued, clientCa?: string): TlsMaterial {
  const expires = new X509Certificate(cert).validToDate.getTime();
  return { cert, key, expires, ...(clientCa === undefined ? {} : { clientCa }) };
}

/** A hub over TLS, and its port. */
async function openTls(
  t: Parameters<typeof openHub>[0],
  options: HubOptions = {},
): Promise<{ hub: Hub; port: number }> {
  const hub = await openHub(t, { tls: material(server, clientAuthority.cert), ...options });
  const port = Number(new URL(await hub.listen()).port);
  return { hub, port };
}

const headers = { accept: V21, authorization: authorization('alice') };
const POST = { ...headers, 'content-type': V21 };

const indicator = (id: string): object => ({
  type: 'indicator',
  spec_version: '2.1',
  id,
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-01T00:00:00.000Z',
  pattern: "[file:name = 'x']",
  pattern_type: 'stix',
  valid_from: '2026-01-01T00:00:00Z',
});

function shake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, ...options });
    socket.once('error', reject).once('secureConnect', () => resolve(socket));
  });
}

async function outcomeOf(port: number, options: ConnectionOptions): Promise<string> {
  try {
    const socket = await shake(port, options);
    const { name } = socket.getCipher();
    const protocol = socket.getProtocol();
    socket.destroy();
    return `${protocol} ${name}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

describe('the handshake', () => {
  let port = 0;
  const ends: (() => Promise<void>)[] = [];
  before(async () => {
    ({ port } = await openTls({ after: (end) => ends.push(end) }, { tls: material(server) }));
  });
  after(async () => {
    for (const end of ends) await end();
  });

  test('HTTPS is accepted, over HTTP/1.1 and HTTP/2 (T21-8.2.2-01)', async (t) => {
    for (const allowH2 of [false, true]) {
      const dispatcher = agent(t, { allowH2 });
      const url = `https://127.0.0.1:${port}/taxii2/`;
      const signedIn = await request(url, { dispatcher, headers });
      assert.equal(signedIn.statusCode, 200);
      assert.equal(signedIn.headers['content-type'], V21);
      const { default: start } = (await signedIn.body.json()) as { default: string };
      assert.equal(start, `https://127.0.0.1:${port}/api1/`);
      const unknown = await request(`https://127.0.0.1:${port}/api1/`, { dispatcher, headers: { accept: V21 } });
      assert.equal(unknown.statusCode, 401);
      assert.equal(unknown.headers['strict-transport-security'], 'max-age=31536000');
      assert.equal(unknown.headers['x-content-type-options'], 'nosniff');
      assert.equal(unknown.headers.server, undefined);
      assert.equal(unknown.headers['x-powered-by'], undefined);
      await unknown.body.dump();
    }
  });

  test('TLS 1.2 is accepted (T21-8.2.2-02)', async () => {
    assert.match(await outcomeOf(port, { maxVersion: 'TLSv1.2' }), /^TLSv1.2 ECDHE-/);
  });

  test('TLS 1.3 is accepted (T21-8.2.2-03)', async () => {
    assert.match(await outcomeOf(port, { minVersion: 'TLSv1.3' }), /^TLSv1.3 TLS_/);
  });

  test('no early data is offered (T21-8.2.2-04)', async (t) => {
    const socket = await shake(port, { minVersion: 'TLSv1.3' });
    t.after(() => socket.destroy());
    const [session] = (await once(socket, 'session')) as [Buffer];
    // Node puts a head of its own before it.
    const tags = tagsOf(session.subarray(session.indexOf(Buffer.of(0x30, 0x82))));
    assert.ok(tags.includes(0xaa), 'the session has a ticket');
    // max_early_data of OpenSSL's SSL_SESSION, left out when zero.
    assert.ok(!tags.includes(0xaf));
  });

  test('TLS 1.2 suites without ephemeral keys or without AEAD are refused (T21-8.2.2-05)', async () => {
    const of = (ciphers: string): Promise<string> => outcomeOf(port, { maxVersion: 'TLSv1.2', ciphers });
    for (const suite of ['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA256', 'ECDHE-RSA-AES256-SHA'])
      assert.match(await of(suite), /HANDSHAKE_FAILURE/, suite);
    for (const suite of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'])
      assert.equal(await of(suite), `TLSv1.2 ${suite}`);
  });

  test('TLS below 1.2 is refused (T21-8.2.2-06)', async () => {
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      assert.match(
        await outcomeOf(port, { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
        /ALERT_PROTOCOL_VERSION/,
      );
  });

  test('HTTP in the clear gets no TAXII answer on the port of TLS (T21-1.6.6-01)', async () => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /taxii2/ HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.ok(!(await text(socket)).includes('HTTP/'));
  });

  test('what is no HTTP/1.1 is answered with an error resource over TLS too', async () => {
    const socket = await shake(port, { ALPNProtocols: ['http/1.1'] });
    socket.write('NOT HTTP\r\n\r\n');
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1.1 400 /);
    assert.ok(answer.includes(V21) && answer.includes('nosniff'));
  });

  test('what is no HTTP/2 costs its own connection only', async () => {
    const socket = await shake(port, { ALPNProtocols: ['h2'] });
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await socket.toArray().catch(() => undefined);
    assert.match(await outcomeOf(port, {}), /^TLS/);
  });

  test('curl polls with Basic, over HTTP/1.1 and HTTP/2, where it is installed', async (t) => {
    if (!(await hasCurl())) return t.skip('curl is not installed');
    const directory = await mkdtemp(join(tmpdir(), 'entente-curl-'));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const ca = join(directory, 'ca.pem');
    await writeFile(ca, authority.cert);
    for (const [flag, version] of [
      ['--http1.1', '1.1'],
      ['--http2', '2'],
    ] as const) {
      const form = '\n%{http_code} %{http_version}';
      const url = `https://localhost:${port}${real('objects/?limit=2')}`;
      const args = ['-sS', flag, '--cacert', ca, '-u', 'alice:alice-password', '-H', `Accept: ${V21}`, '-w', form, url];
      const { stdout } = await promisify(execFile)('curl', args);
      assert.match(stdout, new RegExp(`"more":true.*\\n200 ${version}`));
    }
  });
});

describe('HTTP/2', () => {
  test('HEAD, bodies, 100-continue, large answers and refusals are as over HTTP/1.1', async (t) => {
    const { hub, port } = await openTls(t);
    const ask = asker(t, port);
    const page = await ask('GET', 'objects/');
    assert.equal(page.status, 200);
    assert.match(String(page.headers['x-taxii-date-added-first']), /^2024-01-01T/);
    const head = await ask('HEAD', 'objects/');
    assert.equal(head.status, 200);
    assert.equal(head.headers['content-length'], String(page.body.length));
    assert.equal(head.body.length, 0);

    const pushed = await ask(
      'POST',
      'objects/',
      POST,
      JSON.stringify({ objects: [indicator(OBJECTS['indicator--e'])] }),
    );
    assert.equal(pushed.status, 202);
    const asked = await ask('POST', 'objects/', { ...POST, expect: '100-continue' }, '{"objects":[]}');
    assert.ok([202, 422].includes(asked.status), String(asked.status));
    assert.ok(asked.continued);

    const large = {
      objects: Array.from({ length: 200 }, (_, i) => ({ ...indicator(uuid(i)), description: 'x'.repeat(20) })),
    };
    await hub.change(put('api-root', { path: 'api1', title: 'Root', maxContentLength: 1_000_000, strict: false }));
    assert.equal((await ask('POST', 'objects/', POST, JSON.stringify(large))).status, 202);
    const all = await ask('GET', 'objects/');
    assert.ok(all.body.length > 50_000 && JSON.parse(all.body.toString()).objects.length > 200);

    for (const [path, fields, status] of [
      ['objects/', { accept: 'text/html' }, 406],
      ['objects/?limit=0', {}, 400],
      ['/nowhere/', {}, 404],
      ['objects/', { authorization: 'Basic %' }, 401],
    ] as const) {
      const refused = await ask('GET', path, { ...headers, ...fields });
      assert.equal(refused.status, status);
      assert.equal(refused.headers['content-type'], V21);
      assert.ok(JSON.parse(refused.body.toString()).title);
    }
  });

  test('a body that is too large is refused while it comes, and the connection stays', async (t) => {
    const { port } = await openTls(t);
    const ask = asker(t, port);
    const whole = await ask('POST', 'objects/', { ...POST, 'content-length': '20000' }, 'x'.repeat(20_000));
    assert.equal(whole.status, 413);
    const endless = await ask('POST', 'objects/', POST, 'x'.repeat(5_000_000));
    assert.equal(endless.status, 413);
    const waiting = await ask('POST', 'objects/', { ...POST, expect: '100-continue', 'content-length': '20000' }, '');
    assert.equal(waiting.status, 413);
    assert.ok(!waiting.continued);
    for (const { body } of [whole, endless, waiting]) assert.equal(JSON.parse(body.toString()).http_status, '413');
    assert.equal((await ask('GET', 'objects/')).status, 200);
  });

  test('a Host header that contradicts :authority is refused', async (t) => {
    const { port } = await openTls(t);
    const ask = asker(t, port);
    assert.equal(
      (await ask('GET', 'objects/', { ...headers, ':authority': `127.0.0.1:${port}`, host: 'other.example' })).status,
      400,
    );
    assert.equal((await ask('GET', 'objects/', { ...headers, host: `127.0.0.1:${port}` })).status, 200);
  });

  test('open connections do not keep the hub from stopping', async (t) => {
    const { hub, port } = await openTls(t);
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert });
    t.after(() => session.destroy());
    const stream = session.request({ ':path': real('objects/'), ...headers });
    await buffer(stream);
    const gone = once(session, 'close');
    await hub.stop();
    await gone;
  });
});

describe('client certificates', () => {
  const subject = canonicalSubject('CN=alice,O=Alice\\, Inc.');
  const register = (
    hub: Hub,
    certificate: { subject: string } | { fingerprint: string } = { subject },
  ): Promise<void> => hub.change(put('credential', { kind: 'mtls', owner: { partner: 'alice' }, certificate }));

  async function poll(t: TestContext, port: number, shown: Issued | undefined, more: Record<string, string> = {}) {
    const options = shown === undefined ? {} : { cert: shown.cert, key: shown.key };
    const answers = [];
    for (const allowH2 of [false, true]) {
      const dispatcher = agent(t, { allowH2, ...options });
      const url = `https://127.0.0.1:${port}${real('objects/')}`;
      const answer = await request(url, { dispatcher, headers: { accept: V21, ...more } });
      const { description } = (await answer.body.json()) as { description?: string };
      answers.push({ status: answer.statusCode, description });
    }
    assert.deepEqual(answers[0], answers[1], 'HTTP/1.1 and HTTP/2 answer alike');
    return answers[0] as { status: number; description?: string };
  }

  test('one that is registered signs in, none is 401, both over HTTP/1.1 and HTTP/2 (T21-8.3.1-01)', async (t) => {
    const { hub, port } = await openTls(t);
    await register(hub);
    assert.equal((await poll(t, port, alice)).status, 200);
    assert.equal((await poll(t, port, undefined)).status, 401);
    assert.equal((await poll(t, port, client({ subject: { CN: 'mallory' } }))).status, 401);
    assert.ok(hub.log.some((line) => line.credential === `mtls:${subject}`));
  });

  const bad: Readonly<Record<string, [Partial<Wanted>, RegExp]>> = {
    expired: [{ from: new Date('2020-01-01'), until: new Date('2021-01-01') }, /expired/],
    'not yet valid': [{ from: new Date(Date.now() + 86_400_000) }, /not valid yet/],
    'of another issuer': [{ issuer: issue({ subject: clientAuthority.subject, ca: true }) }, /not accepted/],
    'signed by one that is no authority': [{ issuer: alice }, /not accepted/],
    'made for servers': [{ usage: 'server' }, /purpose|usage/],
  };
  for (const [what, [wanted, reason]] of Object.entries(bad))
    test(`one that is ${what} is refused, even beside a password (T21-8.3.1-02)`, async (t) => {
      const { hub, port } = await openTls(t);
      await register(hub);
      for (const more of [{}, { authorization: authorization('alice') }]) {
        const { status, description } = await poll(t, port, client(wanted), more);
        assert.equal(status, 401);
        assert.match(description ?? '', reason);
      }
    });

  test('one can be pinned by its fingerprint (T21-8.3.1-03)', async (t) => {
    const { hub, port } = await openTls(t);
    await register(hub, { fingerprint: fingerprintOf(alice) });
    assert.equal((await poll(t, port, alice)).status, 200);
    assert.equal((await poll(t, port, client({}))).status, 401);
  });

  test('no connection is resumed past the look at its certificate', async (t) => {
    const { port } = await openTls(t);
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = { maxVersion, cert: alice.cert, key: alice.key };
      const first = await shake(port, options);
      const sessions: Buffer[] = [];
      first.on('session', (session: Buffer) => sessions.push(session));
      first.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      await text(first);
      const session = sessions[0] ?? first.getSession();
      const second = await shake(port, { ...options, ...(session === undefined ? {} : { session }) });
      assert.equal(second.isSessionReused(), false, maxVersion);
      second.destroy();
    }
  });

  test('a header forged from outside is ignored, one of a trusted proxy counts (T21-8.3.1-04)', async (t) => {
    const forged = encodeURIComponent(alice.cert);
    const ask = async (options: HubOptions, remoteAddress: string): Promise<number> => {
      const hub = await openHub(t, options);
      await register(hub);
      const more = { 'client-cert': forged, 'x-forwarded-for': '10.0.0.5' };
      return (await hub.get('objects/', { user: null, remoteAddress, headers: more })).status;
    };
    const trusted = { trustProxy: ['10.0.0.0/8'], clientCertHeader: 'Client-Cert' };
    assert.equal(await ask(trusted, '10.0.0.5'), 200);
    assert.equal(await ask(trusted, '192.0.2.1'), 401);
    assert.equal(await ask({ trustProxy: ['10.0.0.0/8'] }, '10.0.0.5'), 401, 'nobody agreed on a header');
    assert.equal(await ask({ ...trusted, clientCertHeader: 'X-Other' }, '10.0.0.5'), 401);
  });
});

describe('new files', () => {
  test('are taken over by connections that begin later, unless they do not fit', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'entente-tls-'));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') };
    const { hub, port } = await openTls(t, { tls: material(server) });
    const log: Record<string, unknown>[] = [];
    const logger = createLogger('info', { write: (line) => void log.push(JSON.parse(line)) });
    using tls = keepTlsCurrent(hub.app.server, files, material(server), logger, 3_600_000);
    const serial = async (): Promise<string | undefined> => {
      const socket = await shake(port, {});
      const found = socket.getPeerX509Certificate()?.serialNumber;
      socket.destroy();
      return found;
    };
    const old = new X509Certificate(server.cert).serialNumber;
    const next = issue({ subject: { CN: 'next' }, issuer: authority, usage: 'server', hosts });
    await writeFile(files.certFile, next.cert);
    await writeFile(files.keyFile, server.key);
    await tls.reload();
    await tls.reload();
    assert.equal(await serial(), old);
    assert.equal(log.filter(({ level }) => level === 'error').length, 1, 'the same fault is told once');
    await writeFile(files.keyFile, next.key);
    await tls.reload();
    assert.equal(await serial(), new X509Certificate(next.cert).serialNumber);
  });

  test('are found without being told', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'entente-tls-'));
    t.after(() => rm(directory, { recursive: true, force: true }));
    const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') };
    const { hub } = await openTls(t, { tls: material(server) });
    const taken = Promise.withResolvers<void>();
    const logger = createLogger('info', { write: (line) => void (line.includes('taken over') && taken.resolve()) });
    const next = issue({ subject: { CN: 'next' }, issuer: authority, usage: 'server', hosts });
    await writeFile(files.certFile, next.cert);
    await writeFile(files.keyFile, next.key);
    using _tls = keepTlsCurrent(hub.app.server, files, material(server), logger, 5);
    // The timer itself keeps no process alive.
    const alive = setInterval(() => undefined, 1000);
    await taken.promise;
    clearInterval(alive);
  });
});

function agent(t: TestContext, options: { allowH2: boolean; cert?: string; key?: string }): Agent {
  const { allowH2, ...connection } = options;
  const created = new Agent({ allowH2, connect: { ca: authority.cert, ...connection } });
  t.after(() => created.destroy());
  return created;
}

/** One HTTP/2 connection and what is asked over it. */
function asker(t: TestContext, port: number) {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.cert });
  t.after(() => session.destroy());
  return async (method: string, path: string, fields: Record<string, string> = headers, body?: string) => {
    const stream = session.request(
      { ':method': method, ':path': real(path), ...fields },
      { endStream: body === undefined },
    );
    let continued = false;
    stream.on('continue', () => {
      continued = true;
      stream.end(body);
    });
    if (body !== undefined && fields.expect === undefined) stream.end(body);
    stream.on('error', () => undefined);
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status': number }];
    const bytes = method === 'HEAD' ? Buffer.alloc(0) : await bodyOf(stream);
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) throw new Error(`The stream ended with ${stream.rstCode}.`);
    return { status: answer[':status'], headers: answer, body: bytes, continued };
  };
}

/** All that comes; a stream may end while the request is still being sent. */
function bodyOf(stream: ClientHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (): void => resolve(Buffer.concat(chunks));
    stream.once('end', end).once('close', end);
  });
}

/** Tags of the parts of a DER sequence. */
function tagsOf(der: Buffer): number[] {
  const tags: number[] = [];
  const lengthAt = (at: number): [length: number, start: number] => {
    const first = der[at] ?? 0;
    if (first < 0x80) return [first, at + 1];
    return [der.readUIntBE(at + 1, first & 0x7f), at + 1 + (first & 0x7f)];
  };
  const [, start] = lengthAt(1);
  for (let at = start; at < der.length; ) {
    tags.push(der[at] ?? 0);
    const [length, begin] = lengthAt(at + 1);
    at = begin + length;
  }
  return tags;
}

function fingerprintOf({ cert }: Issued): string {
  return `sha256:${createHash('sha256').update(new X509Certificate(cert).raw).digest('hex')}`;
}

function uuid(i: number): string {
  return `indicator--00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
}

async function hasCurl(): Promise<boolean> {
  return promisify(execFile)('curl', ['--version']).then(
    () => true,
    () => false,
  );
}
