import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { createServer, type TlsOptions } from 'node:tls';
import { canonicalSubject } from '../../src/auth/mtls.ts';
import { earlyDataOf, handshake } from '../../src/conform/handshake.ts';
import { conform } from '../../src/conform/run.ts';
import { issue } from '../certificates.ts';
import { authorization, put } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { flawsOf } from './faults.ts';

const authority = issue({ subject: { O: 'Test authority' }, ca: true });
const server = issue({
  subject: { CN: 'hub' },
  issuer: authority,
  usage: 'server',
  hosts: ['127.0.0.1'],
  algorithm: 'rsa',
});
const clientAuthority = issue({ subject: { O: 'Client authority' }, ca: true });
const client = issue({ subject: { O: 'Alice', CN: 'alice' }, issuer: clientAuthority, usage: 'client' });
const expires = new X509Certificate(server.cert).validToDate.getTime();

async function secureUrl(t: TestContext): Promise<string> {
  const hub = await openHub(t, {
    tls: { cert: server.cert, key: server.key, expires, clientCa: clientAuthority.cert },
  });
  const subject = canonicalSubject(new X509Certificate(client.cert).subject.split('\n').reverse().join(','));
  assert.ok(subject !== undefined);
  await hub.change(put('credential', { kind: 'mtls', owner: { partner: 'alice' }, certificate: { subject } }));
  return `${(await hub.listen()).replace('http:', 'https:')}/taxii2/`;
}

describe('over TLS', () => {
  test('our own server breaks nothing of what is seen of transport', async (t) => {
    const url = await secureUrl(t);
    const report = await conform({ url, authorization: authorization('alice'), ca: authority.cert, only: TRANSPORT });
    assert.deepEqual(flawsOf(report), []);
    const passed = report.results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
    assert.deepEqual(passed.sort(), TRANSPORT.filter((id) => id !== 'T21-8.3.1-01').sort());
  });

  test('a client certificate signs in', async (t) => {
    const url = await secureUrl(t);
    const report = await conform({
      url,
      cert: client.cert,
      key: client.key,
      ca: authority.cert,
      only: ['T21-8.3.1-01', 'T21-5-01'],
    });
    assert.deepEqual(flawsOf(report), []);
    assert.ok(report.results.some(({ id, verdict }) => id === 'T21-8.3.1-01' && verdict === 'pass'));
  });

  test('a certificate that is not trusted ends the run, unless that is waived', async (t) => {
    const url = await secureUrl(t);
    const options = { url, authorization: authorization('alice'), only: ['T21-8.2.2-01'] };
    await assert.rejects(conform(options), /does not answer: .*certificate/i);
    assert.deepEqual(flawsOf(await conform({ ...options, insecure: true })), []);
  });
});

const TRANSPORT = [
  'T21-8.2.2-01',
  'T21-8.2.2-02',
  'T21-8.2.2-03',
  'T21-8.2.2-04',
  'T21-8.2.2-05',
  'T21-8.2.2-06',
  'T21-8.3.1-01',
];

describe('a handshake', () => {
  /** A TLS server that is no TAXII server. */
  async function listen(t: TestContext, options: TlsOptions): Promise<{ host: string; port: number }> {
    const other = createServer({ cert: server.cert, key: server.key, ...options }, (socket) =>
      socket.on('error', () => undefined).end(),
    );
    other.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => new Promise((resolve) => other.close(resolve)));
    return { host: '127.0.0.1', port: (other.address() as { port: number }).port };
  }

  test('with a server that takes a weak suite succeeds, so that the check can fail', async (t) => {
    const address = await listen(t, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:@SECLEVEL=0' });
    const { done, words } = await handshake({ ...address, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:@SECLEVEL=0' });
    assert.deepEqual([done, words], [true, 'TLSv1.2 with AES128-SHA']);
  });

  test('with a server of TLS 1.2 alone fails for TLS 1.3', async (t) => {
    const address = await listen(t, { maxVersion: 'TLSv1.2' });
    const { done, own } = await handshake({ ...address, minVersion: 'TLSv1.3' });
    assert.deepEqual([done, own], [false, false]);
  });

  test('with nobody fails', async () => {
    assert.equal((await handshake({ host: '127.0.0.1', port: 1 })).done, false);
  });
});

test('the early data of a session is read from its DER', () => {
  const session = (...elements: number[]): Buffer =>
    Buffer.from([0x30, 3 + elements.length, 0x02, 0x01, 0x01, ...elements]);
  assert.equal(earlyDataOf(session(0xaf, 0x04, 0x02, 0x02, 0x40, 0x00)), 0x4000);
  assert.equal(earlyDataOf(session()), 0);
  assert.equal(earlyDataOf(Buffer.from('no session')), 0);
  assert.equal(earlyDataOf(Buffer.alloc(0)), 0);
});
