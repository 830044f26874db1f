import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AppError } from '../../src/errors.ts';
import { applyHubFile, type HubDeps, type Plan, planHubFile, removeCollection } from '../../src/sharing/admin.ts';
import { parseHubFile } from '../../src/sharing/hub-file.ts';
import { MemoryAdminStore } from './memory-store.ts';

const ID = '5b1e6f0c-1111-4111-8111-111111111111';

const HUB = `
hub: { title: Hub, default_root: one }
operators:
  - { name: ops, credentials: [{ kind: basic, user: root, password_env: OPS }] }
api_roots:
  - path: one
    title: One
    collections:
      - { alias: data, title: Data, retention: { days: 30 } }
      - { id: ${ID}, title: Trends, media_types: [application/stix+json], statement_marking: amber }
partners:
  - { name: vendor, credentials: [{ kind: basic, user: vendor, password_env: VENDOR }] }
agreements:
  - name: cooperation
    partner: vendor
    from: 2026-01-01T00:00:00Z
    grants:
      - { collection: data, read: true, write: true, max_tlp: amber, delete: own }
      - { collection: ${ID}, read: true, max_tlp: green, types: [report] }
`;

const environment: Record<string, string> = { OPS: 'ops secret', VENDOR: 'vendor secret' };

/** Hashes are fakes, each different from the last as real ones are. */
function deps(overrides: Partial<HubDeps['secrets']> = {}): HubDeps {
  let salt = 0;
  return {
    secrets: {
      environment: (name) => environment[name],
      directory: tmpdir(),
      isHash: (text) => text.startsWith('scrypt$'),
      ...overrides,
    },
    hashPassword: async (password) => `fake ${salt++} ${password}`,
    verifyPassword: async (password, stored) => stored.replace(/^fake \d+ /, '') === password,
  };
}

const apply = (store: MemoryAdminStore, text = HUB, with_ = deps()): Promise<Plan> =>
  applyHubFile(store, parseHubFile(text, 'hub.yaml'), with_);

const problemsOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was wrong',
    (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'config.invalid', String(error));
      return error.message;
    },
  );

const summary = (plan: Plan): string[] => plan.differences.map(({ action, name }) => `${action} ${name}`);

describe('applying a hub file', () => {
  test('makes every entity it names, with the defaults of what it leaves out', async () => {
    const store = new MemoryAdminStore();
    const plan = await apply(store);
    assert.equal(plan.differences.length, 9);
    assert.ok(plan.differences.every(({ action }) => action === 'add'));
    const catalogue = await store.catalogue.load();
    assert.deepEqual(catalogue.hub.get('hub')?.value, { title: 'Hub', defaultRoot: 'one' });
    assert.deepEqual(catalogue['api-root'].get('one')?.value, {
      path: 'one',
      title: 'One',
      maxContentLength: 104_857_600,
      strict: false,
    });
    assert.deepEqual(catalogue.collection.get(ID)?.value, {
      id: ID,
      root: 'one',
      title: 'Trends',
      mediaTypes: ['application/stix+json'],
      validation: 'standard',
      defaultTlp: 'green',
      unknownMarking: 'red',
      statementMarking: 'amber',
      pageDefault: 1000,
      pageMax: 10_000,
    });
    const data = [...catalogue.collection.values()].find(({ value }) => value.alias === 'data')?.value;
    assert.match(data?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(data?.retentionDays, 30);
    assert.deepEqual(catalogue.agreement.get('cooperation')?.value, {
      name: 'cooperation',
      partner: 'vendor',
      from: '2026-01-01T00:00:00Z',
      grants: [
        { collection: data?.id, read: true, write: true, maxTlp: 'amber', delete: 'own' },
        { collection: ID, read: true, write: false, maxTlp: 'green', types: ['report'], delete: 'own' },
      ],
    });
    assert.deepEqual(catalogue.credential.get('basic:root')?.value.owner, { operator: 'ops' });
    const vendor = catalogue.credential.get('basic:vendor')?.value;
    assert.equal(vendor?.kind === 'basic' && vendor.passwordHash, 'fake 1 vendor secret');
  });

  test('twice changes nothing, not even the generation', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    const { generation } = store;
    assert.deepEqual(await apply(store), { generation, changes: [], differences: [], warnings: [] });
    assert.equal(store.generation, generation);
  });

  test('a collection without an id keeps the one it was given, when its title changes and when its alias does', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    const idOf = async (title: string) =>
      [...(await store.catalogue.load()).collection.values()].find(({ value }) => value.title === title)?.value.id;
    const id = await idOf('Data');
    assert.deepEqual((await apply(store, HUB.replace('title: Data', 'title: Renamed'))).differences[0]?.fields, [
      'title: "Data" → "Renamed"',
    ]);
    assert.equal(await idOf('Renamed'), id);
    const realiased = HUB.replace('title: Data', 'title: Renamed').replaceAll(/(alias|collection): data/g, '$1: info');
    await apply(store, realiased);
    assert.equal(await idOf('Renamed'), id);
  });

  test('changes are told key by key, and a password only that it changed', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    const changed = deps({ environment: (name) => (name === 'VENDOR' ? 'new secret' : environment[name]) });
    const plan = await apply(
      store,
      HUB.replace('title: One', 'title: Uno, strict: true').replace(
        'path: one\n    title: Uno, strict: true',
        'path: one\n    title: Uno\n    strict: true',
      ),
      changed,
    );
    assert.deepEqual(
      plan.differences.map(({ name, fields }) => [name, fields]),
      [
        ['API root "one"', ['title: "One" → "Uno"', 'strict: false → true']],
        ['credential of user "vendor"', ['password: changed']],
      ],
    );
    assert.ok(!JSON.stringify(plan.differences).includes('secret'));
  });

  test('what left the file goes, those that refer to it first', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    const plan = await apply(store, 'hub: { title: Hub }\napi_roots: [{ path: two, title: Two }]');
    assert.deepEqual(
      summary(plan).map((line) => line.replace(/ \([0-9a-f-]+\)$/, '')),
      [
        'change hub',
        'add API root "two"',
        'remove agreement "cooperation"',
        'remove credential of user "root"',
        'remove credential of user "vendor"',
        'remove collection "Data"',
        'remove collection "Trends"',
        'remove partner "vendor"',
        'remove operator "ops"',
        'remove API root "one"',
      ],
    );
  });

  test('a dry run finds the same differences and changes nothing', async () => {
    const store = new MemoryAdminStore();
    const plan = await planHubFile(store, parseHubFile(HUB, 'hub.yaml'), deps());
    assert.equal(store.generation, 1);
    assert.equal(plan.differences.length, (await apply(store)).differences.length);
  });

  test('starts anew when somebody else changed the catalogue meanwhile, and gives up after a few times', async () => {
    const store = new MemoryAdminStore();
    let rivals = 1;
    store.beforeChange = () => {
      if (rivals-- > 0) store.put({ put: 'partner', value: { name: `rival-${rivals}` }, origin: 'hand' });
    };
    await apply(store);
    assert.ok((await store.catalogue.load()).partner.has('vendor'));
    rivals = Number.POSITIVE_INFINITY;
    await assert.rejects(
      apply(store, HUB.replace('title: One', 'title: Uno')),
      (error) => error instanceof AppError && error.code === 'catalogue.changed',
    );
  });
});

describe('what applying leaves alone', () => {
  test('a collection that holds objects is not removed, and the message says what to do', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    store.held.set(ID, 3);
    const without = HUB.replace(/ +- \{ id: .*\n/, '').replace(/ +- \{ collection: 5b.*\n/, '');
    const { generation } = store;
    assert.match(
      await problemsOf(apply(store, without)),
      new RegExp(`"Trends".*holds 3 object versions; "entente collection remove ${ID}"`),
    );
    assert.equal(store.generation, generation);
  });

  test('what was made by hand stays', async () => {
    const store = new MemoryAdminStore();
    store.put({ put: 'partner', value: { name: 'by-hand' }, origin: 'hand' });
    await apply(store);
    await apply(store);
    assert.equal((await store.catalogue.load()).partner.get('by-hand')?.origin, 'hand');
  });

  test('an entity made by hand is not overwritten by the file', async () => {
    const store = new MemoryAdminStore();
    store.put({
      put: 'api-root',
      value: { path: 'one', title: 'Mine', maxContentLength: 5000, strict: true },
      origin: 'hand',
    });
    assert.match(await problemsOf(apply(store)), /API root "one" was made by hand and differs/);
  });

  test('nothing is taken away that something made by hand refers to', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    store.put({
      put: 'agreement',
      value: {
        name: 'by-hand',
        partner: 'vendor',
        grants: [{ collection: ID, read: true, write: false, maxTlp: 'clear', delete: 'none' }],
      },
      origin: 'hand',
    });
    const message = await problemsOf(apply(store, 'hub: { title: Hub }\napi_roots: [{ path: two, title: Two }]'));
    assert.match(message, /agreement "by-hand" was made by hand and needs partner vendor/);
    assert.match(message, new RegExp(`needs collection ${ID}`));
  });
});

describe('secrets of a hub file', () => {
  const withSecret = (secret: string): string =>
    `hub: { title: Hub }\napi_roots: [{ path: one, title: One }]\npartners: [{ name: p, credentials: [{ kind: basic, user: u, ${secret} }] }]`;

  const hashFor = async (secret: string, more: Partial<HubDeps['secrets']> = {}): Promise<string | undefined> => {
    const store = new MemoryAdminStore();
    await apply(store, withSecret(secret), deps(more));
    const found = (await store.catalogue.load()).credential.get('basic:u')?.value;
    return found?.kind === 'basic' ? found.passwordHash : undefined;
  };

  test('come from a file beside the hub file, without the line break that editors add', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'entente-secrets-'));
    t.after(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'pw'), ' two words \r\n');
    assert.equal(await hashFor('password_file: pw', { directory }), 'fake 0  two words ');
    await writeFile(join(directory, 'pw'), 'one\ntwo\n');
    assert.match(await problemsOf(hashFor('password_file: pw', { directory })), /line break/);
    await writeFile(join(directory, 'pw'), '\n');
    assert.match(await problemsOf(hashFor('password_file: pw', { directory })), /the password is empty/);
    assert.match(
      await problemsOf(hashFor('password_file: gone', { directory })),
      /gone \(password_file\) cannot be read/,
    );
  });

  test('come from the environment; a variable that is not set is named', async () => {
    assert.equal(await hashFor('password_env: VENDOR'), 'fake 0 vendor secret');
    assert.match(await problemsOf(hashFor('password_env: NOT_SET')), /user "u".*NOT_SET \(password_env\) is not set/);
  });

  test('come as a stored hash, which is taken as it stands', async () => {
    assert.equal(await hashFor("password_hash: 'scrypt$1'"), 'scrypt$1');
    assert.match(
      await problemsOf(hashFor("password_hash: 'scrypt$1'", { isHash: () => false })),
      /password_hash is not a hash/,
    );
  });

  test('a user name is stored in Unicode normal form C, as sign-in looks for it', async () => {
    const store = new MemoryAdminStore();
    await apply(store, withSecret('password_env: OPS').replace('user: u', 'user: "u\\u0308"'));
    assert.ok((await store.catalogue.load()).credential.has('basic:\u00fc'));
  });
});

describe('removing a collection', () => {
  test('takes it out of every agreement in the same change', async () => {
    const store = new MemoryAdminStore();
    await apply(store);
    await removeCollection(store, ID);
    const catalogue = await store.catalogue.load();
    assert.equal(catalogue.collection.has(ID), false);
    const grants = catalogue.agreement.get('cooperation')?.value.grants;
    assert.equal(grants?.length, 1);
    assert.notEqual(grants?.[0]?.collection, ID);
  });

  test('a collection that does not exist is told', async () => {
    await assert.rejects(
      removeCollection(new MemoryAdminStore(), ID),
      (error) => error instanceof AppError && error.code === 'not-found',
    );
  });
});

describe('suspension in a hub file', () => {
  const withTerm = (term: string) => HUB.replace('from: 2026-01-01T00:00:00Z', term);

  async function suspended(store: MemoryAdminStore): Promise<boolean> {
    return (await store.catalogue.load()).agreement.get('cooperation')?.value.suspended ?? false;
  }

  test('true suspends, false resumes, silence leaves it and says so', async () => {
    const store = new MemoryAdminStore();
    await apply(store, withTerm('suspended: true'));
    assert.equal(await suspended(store), true);
    const silent = await apply(store);
    assert.equal(await suspended(store), true);
    assert.match(silent.warnings.join(), /agreement "cooperation" stays suspended/);
    const resumed = await apply(store, withTerm('suspended: false'));
    assert.equal(await suspended(store), false);
    assert.deepEqual(resumed.warnings, []);
  });
});
