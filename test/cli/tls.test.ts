import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { type Issued, issue } from '../certificates.ts';
import { entente, hubDirectory } from './program.ts';
import { Serving } from './server.ts';

const authority = issue({ subject: { O: 'Authority' }, ca: true });
const fresh = (): Issued => issue({ subject: { CN: 'hub' }, issuer: authority, hosts: ['127.0.0.1'] });
const past = new Date('2020-01-01');

describe('entente serve with TLS', () => {
  const current = fresh();
  const expired = issue({ subject: { CN: 'hub' }, from: past, until: new Date('2021-01-01') });
  const early = issue({ subject: { CN: 'hub' }, from: new Date(Date.now() + 86_400_000) });
  const encrypted = current.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  const unusable: Readonly<Record<string, [cert: string, key: string, code: number, message: RegExp, ca?: string]>> = {
    'a key of another certificate': [current.cert, fresh().key, 2, /key\.pem is not the key of the first certificate/],
    'an expired certificate': [expired.cert, expired.key, 2, /cert\.pem expired at 2021-01-01T00:00:00/],
    'a certificate of tomorrow': [early.cert, early.key, 2, /is valid from .* only/],
    'an encrypted key': [current.cert, encrypted.toString(), 2, /key\.pem is encrypted/],
    'no certificate in the file': ['nothing', current.key, 2, /cert\.pem holds no certificate/],
    'no key in the file': [current.cert, current.cert, 2, /key\.pem holds no private key/],
    'a client CA that is none': [
      current.cert,
      current.key,
      2,
      /ca\.pem holds no certificate of an authority/,
      current.cert,
    ],
  };
  for (const [what, [cert, key, expected, message, ca]] of Object.entries(unusable))
    test(`${what} ends it before it listens, and nothing is served in the clear`, async (t) => {
      const data = await hubDirectory(t);
      const [certFile, keyFile, caFile] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => join(data, name)) as [
        string,
        string,
        string,
      ];
      await writeFile(certFile, cert);
      await writeFile(keyFile, key);
      await writeFile(caFile, ca ?? '');
      const client = ca === undefined ? [] : ['--client-ca', caFile];
      const args = ['serve', '--data', data, '--port', '0', '--tls-cert', certFile, '--tls-key', keyFile, ...client];
      const { code, stdout, stderr } = await entente(args);
      assert.equal(code, expected, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });

  test('half of the flags is refused, and files that are not there too', async (t) => {
    const data = await hubDirectory(t);
    const serve = ['serve', '--data', data, '--port', '0'];
    for (const half of [
      ['--tls-cert', 'x'],
      ['--tls-key', 'x'],
      ['--client-ca', 'x'],
    ]) {
      const { code, stderr } = await entente([...serve, ...half]);
      assert.equal(code, 2);
      assert.match(stderr, /needs both --tls-cert and --tls-key/);
    }
    const missing = await entente([
      ...serve,
      '--tls-cert',
      join(data, 'none.pem'),
      '--tls-key',
      join(data, 'none.pem'),
    ]);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /none\.pem cannot be read/);
    const header = await entente([...serve, '--client-cert-header', 'Client-Cert']);
    assert.equal(header.code, 2);
    assert.match(header.stderr, /--trust-proxy/);
  });

  test('it serves HTTPS, takes new files over on SIGHUP, and stops on SIGTERM with 0', async (t) => {
    const data = await hubDirectory(t);
    const [certFile, keyFile] = [join(data, 'cert.pem'), join(data, 'key.pem')];
    const write = async ({ cert, key }: Issued): Promise<void> => {
      await writeFile(keyFile, key);
      await writeFile(certFile, cert);
    };
    await write(current);
    const args = [
      'serve',
      '--data',
      data,
      '--host',
      '0.0.0.0',
      '--port',
      '0',
      '--tls-cert',
      certFile,
      '--tls-key',
      keyFile,
    ];
    const hub = await Serving.start(t, args);
    assert.match(hub.url, /^https:\/\/0\.0\.0\.0:\d+$/);
    const serial = async (): Promise<string | undefined> => {
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(hub.url).port), ca: authority.cert });
      await once(socket, 'secureConnect');
      const found = socket.getPeerX509Certificate()?.serialNumber;
      socket.destroy();
      return found;
    };
    assert.equal(await serial(), new X509Certificate(current.cert).serialNumber);
    const next = fresh();
    await write(next);
    hub.signal('SIGHUP');
    await hub.logged('TLS files taken over');
    assert.equal(await serial(), new X509Certificate(next.cert).serialNumber);
    assert.ok(!hub.log.includes('clear text'));
    assert.equal(await hub.end('SIGTERM'), 0);
  });
});
