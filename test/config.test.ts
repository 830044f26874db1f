import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { type Environment, type Flags, loadServeSettings, loadSettings } from '../src/config.ts';
import { AppError } from '../src/errors.ts';

const refuses = (flags: Flags, environment: Environment, expected: RegExp): void =>
  assert.throws(
    () => loadServeSettings(flags, environment),
    (error) => error instanceof AppError && error.code === 'config.invalid' && expected.test(error.message),
  );

describe('settings', () => {
  test('have defaults', () => {
    assert.deepEqual(
      { ...loadServeSettings({}, {}) },
      {
        data: resolve('data'),
        databaseFile: resolve('data/entente.db'),
        spoolDirectory: resolve('data/spool'),
        schemaDirectory: resolve('data/schemas'),
        logLevel: 'info',
        host: '127.0.0.1',
        port: 6100,
      },
    );
  });

  test('come from the environment, and flags come before it', () => {
    const environment = {
      ENTENTE_DATA: '/srv/hub',
      ENTENTE_HOST: '0.0.0.0',
      ENTENTE_PORT: '7000',
      ENTENTE_PUBLIC_URL: 'https://taxii.example.org/',
      ENTENTE_TRUST_PROXY: '10.0.0.1, fd00::/8,loopback',
      ENTENTE_HUB: '/etc/hub.yaml',
      ENTENTE_LOG_LEVEL: 'warn',
    };
    const fromEnvironment = loadServeSettings({}, environment);
    assert.equal(fromEnvironment.data, '/srv/hub');
    assert.equal(fromEnvironment.host, '0.0.0.0');
    assert.equal(fromEnvironment.port, 7000);
    assert.equal(fromEnvironment.publicUrl, 'https://taxii.example.org');
    assert.deepEqual(fromEnvironment.trustProxy, ['10.0.0.1', 'fd00::/8', 'loopback']);
    assert.equal(fromEnvironment.hubFile, '/etc/hub.yaml');
    assert.equal(fromEnvironment.logLevel, 'warn');
    const fromFlags = loadServeSettings({ data: '/tmp/other', port: '0', logLevel: 'silent' }, environment);
    assert.equal(fromFlags.databaseFile, '/tmp/other/entente.db');
    assert.equal(fromFlags.port, 0);
    assert.equal(fromFlags.logLevel, 'silent');
  });

  test('are frozen', () => {
    assert.ok(Object.isFrozen(loadSettings({}, {})));
    assert.ok(Object.isFrozen(loadServeSettings({ trustProxy: 'loopback' }, {}).trustProxy));
  });

  test('that make no sense are refused by the name under which they were given', () => {
    refuses({ port: '65536' }, {}, /^--port is "65536"; expected a port/);
    refuses({}, { ENTENTE_PORT: 'http' }, /^ENTENTE_PORT is "http"/);
    refuses({ port: '-1' }, {}, /--port/);
    refuses({ port: '' }, {}, /--port/);
    refuses({ data: '' }, {}, /--data/);
    refuses({ host: '' }, {}, /--host/);
    refuses({ logLevel: 'loud' }, {}, /one of silent, fatal/);
  });

  test('a public URL is scheme, host and port only', () => {
    for (const publicUrl of [
      'taxii.example.org',
      'ftp://a.example',
      'https://a.example/hub',
      'https://u@a.example',
      'https://a.example/?x',
    ])
      refuses({ publicUrl }, {}, /without a path/);
    assert.equal(loadServeSettings({ publicUrl: 'http://a.example:8080' }, {}).publicUrl, 'http://a.example:8080');
  });

  test('trusted proxies are addresses and networks', () => {
    for (const trustProxy of ['', 'proxy.example', '10.0.0.0/33', 'fd00::/129', '10.0.0.1/8/8', '10.0.0.1,', 'true'])
      refuses({ trustProxy }, {}, /addresses or networks/);
  });
});
