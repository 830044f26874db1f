import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { hashToken, isToken } from '../../src/auth/bearer.ts';
import { verifyPassword } from '../../src/auth/secrets.ts';
import { openStore } from '../../src/compose.ts';
import { loadSettings } from '../../src/config.ts';
import type { Catalogue, Credential } from '../../src/sharing/model.ts';
import { documents, entente, file, hubDirectory, type Result, temporary } from './program.ts';

type Run = (line: string, environment?: Record<string, string>) => Promise<Result>;

async function hub(t: TestContext): Promise<{ run: Run; stored: (name: string) => Promise<Credential | undefined> }> {
  const data = await hubDirectory(t);
  const catalogue = async (): Promise<Catalogue> => {
    await using store = await openStore(loadSettings({ data }, {}), false);
    return await store.catalogue.load();
  };
  return {
    run: (line, environment = {}) => entente([...line.split(' '), '--data', data], { environment }),
    stored: async (name) => (await catalogue()).credential.get(name)?.value,
  };
}

const jsonOf = async (result: Promise<Result>): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await result;
  assert.equal(code, 0, stderr);
  return documents(stdout)[0] ?? {};
};

async function passwordFits(credential: Credential | undefined, password: unknown): Promise<boolean> {
  return credential?.kind === 'basic' && verifyPassword(String(password), credential.passwordHash);
}

describe('entente credential', () => {
  test('a password comes from a variable or a file, and is shown nowhere', async (t) => {
    const { run, stored } = await hub(t);
    const path = await file(await temporary(t), 'secret', 'from a file\n');
    const one = await run('credential add one --partner vendor --password-env SECRET', { SECRET: 'from a variable' });
    const two = await run(`credential add two --partner vendor --password-file ${path}`);
    assert.deepEqual([one.code, two.code], [0, 0]);
    for (const { stdout, stderr } of [one, two]) assert.doesNotMatch(stdout + stderr, /from a/);
    assert.ok(await passwordFits(await stored('basic:one'), 'from a variable'));
    assert.ok(await passwordFits(await stored('basic:two'), 'from a file'));
  });

  test('a secret that is made is shown once, and only its hash is kept', async (t) => {
    const { run, stored } = await hub(t);
    const { stdout } = await run('credential add desk --partner vendor');
    const [, password] = /^password: (\S{32})$/m.exec(stdout) ?? [];
    assert.match(stdout, /It is shown this once/);
    assert.ok(await passwordFits(await stored('basic:desk'), password));
    const { token, credential } = await jsonOf(
      run('credential add siem --partner vendor --kind token --expires 2999-01-31 --json'),
    );
    assert.equal(credential, 'token:siem');
    assert.ok(isToken(String(token)));
    const kept = await stored('token:siem');
    assert.ok(kept?.kind === 'token' && kept.tokenHash === hashToken(String(token)));
    assert.equal(kept.expires, '2999-01-31T00:00:00Z');
    const list = await run('credential list');
    assert.match(list.stdout, /^token:siem +partner vendor +active +\S+ +2999-01-31T00:00:00Z +never +hand$/m);
    assert.match(list.stdout, /^basic:vendor +partner vendor +active +- +never +never +hub file$/m);
    for (const secret of [password, token, kept.tokenHash])
      assert.ok(!`${list.stdout}${(await run('credential list --json')).stdout}`.includes(String(secret)));
  });

  test('rotation: a password changes at once, a token gets a successor beside it', async (t) => {
    const { run, stored } = await hub(t);
    const { password } = await jsonOf(run('credential rotate vendor --json'));
    assert.ok(await passwordFits(await stored('basic:vendor'), password));
    await run('credential add siem --partner vendor --kind token');
    const first = await jsonOf(run('credential rotate siem --overlap 3 --json'));
    assert.equal(first.credential, 'token:siem-2');
    const old = await stored('token:siem');
    const days =
      (Date.parse(old?.expires ?? '') - Date.parse((await stored('token:siem-2'))?.created ?? '')) / 86_400_000;
    assert.equal(days, 3);
    const second = await run('credential rotate token:siem-2 --expires 2999-01-01 --json');
    assert.equal(documents(second.stdout)[0]?.credential, 'token:siem-3');
    assert.equal((await stored('token:siem-3'))?.expires, '2999-01-01T00:00:00Z');
  });

  test('a credential may demand others, and says so until there are such', async (t) => {
    const { run, stored } = await hub(t);
    const lonely = await run('credential add desk --partner vendor --requires mtls');
    assert.match(lonely.stderr, /lets nobody in before partner vendor has a credential of the kind mtls/);
    assert.deepEqual((await stored('basic:desk'))?.requires, ['mtls']);
    await run('credential add CN=siem --partner vendor --kind mtls');
    assert.equal((await run('credential add other --partner vendor --requires mtls')).stderr, '');
    const { credentials } = await jsonOf(run('credential list --json'));
    assert.ok(Array.isArray(credentials));
    assert.deepEqual(credentials.find(({ name }) => name === 'basic:desk').requires, ['mtls']);
  });

  test('a certificate is named by its subject or fingerprint, in one spelling', async (t) => {
    const { run, stored } = await hub(t);
    const hex = 'AB'.repeat(32);
    assert.equal((await run('credential add cn=siem,o=Vendor --partner vendor --kind mtls')).code, 0);
    assert.equal((await run(`credential add ${hex} --partner vendor --kind mtls`)).code, 0);
    assert.equal((await stored('mtls:CN=siem,O=Vendor'))?.kind, 'mtls');
    assert.equal((await stored(`mtls:sha256:${hex.toLowerCase()}`))?.kind, 'mtls');
  });

  test('what cannot be is refused with what to do', async (t) => {
    const { run } = await hub(t);
    await run('credential add vendor --partner vendor --kind token');
    await run('credential add old --partner vendor');
    await run('credential revoke old');
    const cases: [string, RegExp][] = [
      ['credential add x', /Say whose it is/],
      ['credential add x --partner vendor --operator ops', /Say whose it is/],
      ['credential add x --partner nobody', /There is no partner "nobody"/],
      ['credential add x --operator nobody', /There is no operator "nobody"/],
      ['credential add a:b --partner vendor', /user: "a:b" does not do/],
      ['credential add Siem --partner vendor --kind token', /"Siem" does not do/],
      ['credential add vendor --partner vendor', /basic:vendor exists already, of partner vendor\..*credential rotate/],
      ['credential add x --partner vendor --kind mtls', /neither a subject/],
      ['credential add x --partner vendor --kind token --password-env X', /has no password/],
      ['credential add x --partner vendor --password-env NONE', /NONE \(password_env\) is not set/],
      ['credential add x --partner vendor --password-env A --password-file B', /Give the password once/],
      ['credential add x --partner vendor --expires 2020-01-01', /is past/],
      ['credential add x --partner vendor --requires basic', /requires others than its own kind/],
      ['credential add x --partner vendor --requires mtls,oath', /"oath" is no kind of credential/],
      ['credential revoke vendor', /Several credentials are called "vendor"\. Write basic:vendor or token:vendor/],
      ['credential rotate old', /is revoked; "entente credential enable"/],
      ['credential rotate basic:vendor --overlap 3', /A user has one password/],
      ['credential rotate token:vendor --password-env X', /it has no password/],
      ['credential remove nobody', /There is no credential "nobody"; "entente credential list"/],
    ];
    for (const [line, expected] of cases) {
      const { code, stdout, stderr } = await run(line);
      assert.deepEqual([code, stdout], [2, ''], line);
      assert.match(stderr, expected, line);
    }
  });
});
