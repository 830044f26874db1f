import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { documents, ENVIRONMENT, entente, HUB_FILE, hubDirectory, indicator } from './program.ts';
import { Serving, THREAT_DATA, V21 } from './server.ts';

const VENDOR = `vendor:${ENVIRONMENT.DEMO_PASSWORD}`;
const OBJECTS = `/regional/collections/${THREAT_DATA}/objects/`;

interface Page {
  readonly more?: boolean;
  readonly next?: string;
  readonly objects?: readonly { readonly id: string }[];
}

/** A hub that serves, and commands run beside it. */
async function served(t: TestContext) {
  const data = await hubDirectory(t);
  const hub = await Serving.start(t, ['serve', '--data', data, '--port', '0']);
  const command = async (line: string): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await entente([...line.split(' '), '--json', '--data', data]);
    assert.equal(code, 0, `${line}: ${stderr}`);
    return documents(stdout)[0] ?? {};
  };
  return { data, hub, command, status: async (path: string, who?: string) => (await hub.get(path, who)).status };
}

describe('changes by hand hold at once in a hub that serves', () => {
  test('a partner, its credential and its agreement, from nothing to reading and back', async (t) => {
    const { hub, command, status } = await served(t);
    assert.equal((await hub.push([indicator(1)], VENDOR)).status, 202);
    await command('partner add police');
    const { password } = await command('credential add desk --partner police');
    const desk = `desk:${password}`;
    assert.equal(await status(OBJECTS, desk), 404, 'no agreement: as if there were no collection');
    await command('agreement add talks --partner police');
    assert.equal(await status(OBJECTS, desk), 404, 'an agreement without grants grants nothing');
    await command('agreement grant talks --collection threat-data --max-tlp green');
    assert.equal(await status(OBJECTS, desk), 403, 'listed only');
    await command('agreement change talks --collection threat-data --read');
    const page = (await (await hub.get(OBJECTS, desk)).json()) as Page;
    assert.equal(page.objects?.length, 1);
    await command('agreement change talks --collection threat-data --types report');
    assert.deepEqual(await (await hub.get(OBJECTS, desk)).json(), {}, 'no other type');
    await command('agreement revoke-grant talks --collection threat-data');
    assert.equal(await status(OBJECTS, desk), 404);
    await command('partner remove police --cascade');
    assert.equal(await status(OBJECTS, desk), 401);
  });

  test('an agreement that is suspended or ended grants nothing, also in the middle of a paging run', async (t) => {
    const { hub, command, status } = await served(t);
    assert.equal((await hub.push([indicator(1), indicator(2), indicator(3)], VENDOR)).status, 202);
    const first = (await (await hub.get(`${OBJECTS}?limit=1`, VENDOR)).json()) as Page;
    assert.equal(first.more, true);
    const second = `${OBJECTS}?limit=1&next=${first.next}`;
    await command('agreement suspend cooperation');
    assert.equal(await status(second, VENDOR), 404);
    await command('agreement resume cooperation');
    assert.equal(await status(second, VENDOR), 200);
    await command('agreement change cooperation --from 2020-01-01 --until 2021-01-01');
    assert.equal(await status(second, VENDOR), 404);
    await command('agreement renew cooperation --until 2999-01-01');
    assert.equal(await status(second, VENDOR), 200);
    await command('agreement change cooperation --from 2998-01-01');
    assert.equal(await status(second, VENDOR), 404);
    await command('agreement change cooperation --no-from --no-until');
    assert.equal(await status(second, VENDOR), 200);
    await command('agreement remove cooperation');
    assert.equal(await status(second, VENDOR), 404);
  });

  test('a credential that is revoked, rotated or removed', async (t) => {
    const { command, status } = await served(t);
    assert.equal(await status('/taxii2/', VENDOR), 200);
    await command('credential revoke vendor');
    assert.equal(await status('/taxii2/', VENDOR), 401);
    await command('credential enable vendor');
    assert.equal(await status('/taxii2/', VENDOR), 200);
    const { password } = await command('credential rotate basic:vendor');
    assert.equal(await status('/taxii2/', VENDOR), 401);
    assert.equal(await status('/taxii2/', `vendor:${password}`), 200);
    await command('credential remove vendor');
    assert.equal(await status('/taxii2/', `vendor:${password}`), 401);
  });

  test('a token signs in at once, beside its successor, and no longer when it is revoked', async (t) => {
    const { hub, command } = await served(t);
    const bearer = async (token: unknown): Promise<number> =>
      (await fetch(`${hub.url}/taxii2/`, { headers: { accept: V21, authorization: `Bearer ${token}` } })).status;
    const { token } = await command('credential add siem --partner vendor --kind token');
    assert.equal(await bearer(token), 200);
    const { token: successor } = await command('credential rotate siem');
    assert.deepEqual([await bearer(token), await bearer(successor)], [200, 200]);
    await command('credential revoke siem');
    assert.deepEqual([await bearer(token), await bearer(successor)], [401, 200]);
    await command('credential rotate siem-2 --overlap 0');
    assert.equal(await bearer(successor), 401);
  });

  test('a new collection, and what a ceiling hides', async (t) => {
    const { hub, command, status } = await served(t);
    const { id } = await command('collection add --root regional --title Samples --alias samples --default-tlp amber');
    const path = `/regional/collections/${id}/objects/`;
    assert.equal(await status(path, VENDOR), 404);
    await command('agreement grant cooperation --collection samples --read --write --max-tlp amber');
    const sent = await fetch(hub.url + path, {
      method: 'POST',
      headers: {
        accept: V21,
        'content-type': V21,
        authorization: `Basic ${Buffer.from(VENDOR).toString('base64')}`,
      },
      body: JSON.stringify({ objects: [indicator(1)] }),
    });
    assert.equal(sent.status, 202);
    assert.equal(((await (await hub.get(path, VENDOR)).json()) as Page).objects?.length, 1);
    await command('agreement change cooperation --collection samples --max-tlp green');
    assert.deepEqual(await (await hub.get(path, VENDOR)).json(), {});
    await command('collection change samples --default-tlp green');
    assert.equal(((await (await hub.get(path, VENDOR)).json()) as Page).objects?.length, 1);
  });
});

describe('a hub file that is applied again', () => {
  test('leaves suspensions and revocations by hand, and says so; other changes it sets back', async (t) => {
    const data = await hubDirectory(t);
    const run = (line: string) => entente([...line.split(' '), '--data', data]);
    const suspended = await run('agreement suspend cooperation');
    assert.equal(suspended.stderr, '', 'nothing to warn of: it outlasts the file');
    assert.match(suspended.stdout, /^Agreement "cooperation" is suspended: it grants nothing\.$/m);
    await run('credential revoke vendor');
    const changed = await run('agreement change cooperation --until 2999-01-01');
    assert.match(changed.stderr, /^warning: A hub file made agreement "cooperation"\. Change that file too: /m);
    await run('partner add police');
    const applied = await run(`apply ${HUB_FILE}`);
    assert.match(applied.stdout, /until: "2999-01-01T00:00:00Z" → nothing\n1 change made\./);
    assert.match(applied.stderr, /^warning: agreement "cooperation" stays suspended: .*agreement resume cooperation/m);
    assert.match(applied.stderr, /^warning: credential basic:vendor stays revoked: .*credential enable/m);
    const { agreements } = documents((await run('agreement list --json')).stdout)[0] ?? {};
    assert.deepEqual(
      (agreements as Record<string, unknown>[]).map(({ state, until }) => [state, until]),
      [['suspended', undefined]],
    );
    assert.match((await run('partner list')).stdout, /^police .* hand /m, 'what was made by hand stays');
  });

  test('takes back nothing that something made by hand needs', async (t) => {
    const data = await hubDirectory(t);
    const run = (line: string) => entente([...line.split(' '), '--data', data]);
    assert.equal((await run('partner add police')).code, 0);
    const same = await run('collection add --root regional --title Mine --alias mine');
    assert.equal(same.code, 0, same.stderr);
    const grant = await run('agreement add talks --partner police --collection threat-data --read --max-tlp green');
    assert.equal(grant.code, 0, grant.stderr);
    const removed = await run('partner remove vendor --cascade');
    assert.match(removed.stdout, /^- agreement "cooperation"\n- credential of user "vendor"\n- partner "vendor"$/m);
    assert.match(removed.stderr, /A hub file made .*partner "vendor"/);
    assert.match((await run(`apply ${HUB_FILE}`)).stdout, /^\+ partner "vendor"$/m);
  });
});
