import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hashToken, newToken } from '../../src/auth/bearer.ts';
import { AppError } from '../../src/errors.ts';
import { applyHubFile, type HubDeps, type Plan } from '../../src/sharing/admin.ts';
import { parseHubFile } from '../../src/sharing/hub-file.ts';
import type { Credential } from '../../src/sharing/model.ts';
import { MemoryAdminStore } from './memory-store.ts';

const TOKEN = newToken();
const HEX = 'AB'.repeat(32);

/** A hub file in which the partner `p` has these credentials. */
const withCredentials = (...entries: readonly string[]): string =>
  `hub: { title: Hub }\napi_roots: [{ path: one, title: One }]\npartners: [{ name: p, credentials: [${entries.join(', ')}] }]`;

function deps(directory = tmpdir()): HubDeps {
  const environment: Record<string, string> = { TOKEN, PASSWORD: 'secret', NO_TOKEN: 'ent_short' };
  return {
    secrets: { environment: (name) => environment[name], directory, isHash: () => true },
    hashPassword: async (password) => `hash of ${password}`,
    verifyPassword: async (password, stored) => stored === `hash of ${password}`,
  };
}

const apply = (store: MemoryAdminStore, text: string, with_ = deps()): Promise<Plan> =>
  applyHubFile(store, parseHubFile(text, 'hub.yaml'), with_);

async function made(...entries: readonly string[]): Promise<Record<string, Credential>> {
  const store = new MemoryAdminStore();
  await apply(store, withCredentials(...entries));
  const again = await apply(store, withCredentials(...entries));
  assert.deepEqual(again.changes, [], 'applying twice changes nothing');
  const { credential } = await store.catalogue.load();
  return Object.fromEntries([...credential].map(([name, { value }]) => [name, value]));
}

function refusal(...entries: readonly string[]): Promise<string> {
  return made(...entries).then(
    () => 'nothing was wrong',
    (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'config.invalid', String(error));
      return error.message;
    },
  );
}

const owner = { partner: 'p' };

describe('tokens of a hub file', () => {
  test('come from the environment, and are called as their owner where no name is given', async () => {
    assert.deepEqual(await made('{ kind: token, token_env: TOKEN }'), {
      'token:p': { kind: 'token', name: 'p', tokenHash: hashToken(TOKEN), owner },
    });
  });

  test('come from a file or as a hash', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'entente-token-'));
    t.after(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'token'), `${TOKEN}\n`);
    const store = new MemoryAdminStore();
    await apply(store, withCredentials('{ kind: token, name: siem, token_file: token }'), deps(directory));
    const found = (await store.catalogue.load()).credential.get('token:siem')?.value;
    assert.ok(found?.kind === 'token' && found.tokenHash === hashToken(TOKEN));
    const byHash = await made(`{ kind: token, name: siem, token_hash: ${hashToken(TOKEN)} }`);
    assert.deepEqual(byHash['token:siem'], found);
  });

  test('that have another form than those of a hub are refused, and not repeated', async () => {
    const message = await refusal('{ kind: token, token_env: NO_TOKEN }');
    assert.match(message, /token:p: what stands there is no token/);
    assert.doesNotMatch(message, /ent_short/);
    assert.match(await refusal('{ kind: token, token_env: GONE }'), /GONE \(token_env\) is not set/);
    assert.match(await refusal('{ kind: token, token: ent_in-the-clear }'), /in the clear .* token_env/);
    assert.match(await refusal('{ kind: token, token_hash: abc }'), /64 lower-case hexadecimal digits/);
  });

  test('are each another: one token leads to one credential', async () => {
    const one = '{ kind: token, name: one, token_env: TOKEN }';
    assert.match(
      await refusal(one, '{ kind: token, name: two, token_env: TOKEN }'),
      /token:one and token:two have the same token/,
    );
    assert.match(
      await refusal('{ kind: token, token_env: TOKEN }', '{ kind: token, token_env: TOKEN }'),
      /token:p is taken by .*name of its own/,
    );
  });
});

describe('client certificates of a hub file', () => {
  test('are named by subject or fingerprint, in any spelling of it', async () => {
    assert.deepEqual(await made('{ kind: mtls, subject: "cn=siem, O=Vendor" }'), {
      'mtls:CN=siem,O=Vendor': { kind: 'mtls', certificate: { subject: 'CN=siem,O=Vendor' }, owner },
    });
    const fingerprint = `sha256:${HEX.toLowerCase()}`;
    const colons = HEX.match(/../g)?.join(':');
    assert.deepEqual(await made(`{ kind: mtls, fingerprint: "${colons}" }`), {
      [`mtls:${fingerprint}`]: { kind: 'mtls', certificate: { fingerprint }, owner },
    });
  });

  test('that are no subject or no fingerprint are refused', async () => {
    assert.match(await refusal('{ kind: mtls, subject: siem }'), /subject: "siem" is no subject/);
    assert.match(await refusal('{ kind: mtls, fingerprint: abc }'), /"abc" is no SHA-256 fingerprint/);
    assert.match(await refusal('{ kind: mtls }'), /expected one of subject, fingerprint; found none/);
    assert.match(
      await refusal(`{ kind: mtls, subject: CN=a, fingerprint: ${HEX} }`),
      /expected one of subject, fingerprint; found subject and fingerprint/,
    );
    assert.match(
      await refusal('{ kind: mtls, subject: CN=a }', '{ kind: mtls, subject: "cn = a" }'),
      /mtls:CN=a is taken/,
    );
  });
});

describe('every credential of a hub file', () => {
  test('may end, and may demand others beside it', async () => {
    const more = 'expires: 2030-01-01T00:00:00Z, requires: [mtls]';
    const terms = { owner, expires: '2030-01-01T00:00:00Z', requires: ['mtls'] };
    assert.deepEqual(
      await made(
        `{ kind: basic, user: u, password_env: PASSWORD, ${more} }`,
        `{ kind: token, token_env: TOKEN, ${more} }`,
      ),
      {
        'basic:u': { kind: 'basic', user: 'u', passwordHash: 'hash of secret', ...terms },
        'token:p': { kind: 'token', name: 'p', tokenHash: hashToken(TOKEN), ...terms },
      },
    );
  });

  test('ends at an instant that exists, and demands other kinds than its own', async () => {
    assert.match(
      await refusal('{ kind: mtls, subject: CN=a, expires: 2026-02-30T00:00:00Z }'),
      /credentials\[0\]\.expires: .* no instant that exists/,
    );
    assert.match(await refusal('{ kind: mtls, subject: CN=a, requires: [mtls] }'), /requires others than its own kind/);
    assert.match(await refusal('{ kind: mtls, subject: CN=a, requires: [password] }'), /"password" is none of basic/);
    assert.match(
      await refusal('{ kind: mtls, subject: CN=a, user: u }'),
      /unknown key "user"; known here: kind, subject/,
    );
    assert.match(await refusal('{ kind: oauth }'), /credentials\[0\]\.kind: "oauth" is none of basic, token, mtls/);
    assert.match(await refusal('{ user: u }'), /credentials\[0\]\.kind: nothing is none of basic, token, mtls/);
  });

  test('that was revoked by hand stays so, whatever its kind', async () => {
    const text = withCredentials('{ kind: token, token_env: TOKEN }', '{ kind: mtls, subject: CN=a }');
    const store = new MemoryAdminStore();
    await apply(store, text);
    for (const { value } of (await store.catalogue.load()).credential.values())
      store.put({ put: 'credential', value: { ...value, disabled: true }, origin: 'file' });
    const { changes, warnings } = await apply(store, text);
    assert.deepEqual(changes, []);
    assert.match(warnings.join('\n'), /token:p stays revoked.*\n.*mtls:CN=a stays revoked/);
  });
});
