import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ago } from '../../src/cli/feed-text.ts';
import { hub, refused } from './by-hand.ts';
import { documents } from './program.ts';

const TO = '--collection threat-data --url https://taxii.example.org/api --remote-collection all';
const ADD = `feed add cert --partner vendor ${TO} --user hub --password-env CERT_PASSWORD`;

describe('entente feed', () => {
  test('adds, shows, changes and removes a feed; the password is nowhere', async (t) => {
    const run = await hub(t);
    assert.match((await run('feed list')).stdout, /There are no feeds/);
    const added = await run(ADD, '--pull-schedule', '*/5 * * * *', '--pull-types', 'indicator,malware', '--push');
    assert.deepEqual([added.code, added.stdout], [0, '+ feed "cert"\n'], added.stderr);
    const shown = documents((await run('feed show cert --json')).stdout)[0];
    const { ways, ...entry } = shown as { ways: { way: string; state: string; next_run?: string }[] };
    assert.deepEqual(entry, {
      name: 'cert',
      partner: 'vendor',
      collection: 'regional/threat-data',
      url: 'https://taxii.example.org/api/',
      remote_collection: 'all',
      credentials: { kind: 'basic', user: 'hub', password_env: 'CERT_PASSWORD' },
      pull: { schedule: '*/5 * * * *', types: ['indicator', 'malware'] },
      push: {},
      made_by: 'hand',
    });
    assert.deepEqual(
      ways.map(({ way, state, next_run }) => [way, state, typeof next_run]),
      [
        ['pull', 'never ran', 'string'],
        ['push', 'never ran', 'undefined'],
      ],
    );
    const list = (await run('feed list')).stdout;
    assert.match(list, /^cert +pull +never ran +- +now +not there yet +start +0 +0 +-$/m);
    assert.match(list, /^cert +push +never ran +- +by hand/m);
    const changed = await run(
      'feed change cert --no-push --no-pull-types --pull-max-tlp green --token-env TOKEN --no-pull-schedule --allow 10.0.0.0/8',
    );
    assert.equal(changed.code, 0, changed.stderr);
    assert.match(changed.stderr, /What the filters passed over so far stays out/);
    const after = documents((await run('feed show cert --json')).stdout)[0];
    assert.deepEqual(
      [after?.pull, after?.push, after?.credentials, after?.allow],
      [{ max_tlp: 'green' }, undefined, { kind: 'token', token_env: 'TOKEN' }, ['10.0.0.0/8']],
    );
    assert.match((await run('feed show cert')).stdout, /^credentials +kind token; token env TOKEN$/m);
    assert.match((await run('feed failures cert')).stdout, /Nothing of feed "cert" has failed/);
    await refused(run, 'partner remove vendor', /feed cert/);
    assert.equal((await run('feed remove cert')).code, 0);
    assert.match((await run('feed list')).stdout, /There are no feeds/);
  });

  test('refuses what could never run, and says why', async (t) => {
    const run = await hub(t);
    for (const [more, message] of [
      ['', /expected "pull".*"push".*or both/],
      ['--pull --pull-schedule often', /"often" is no cron expression/],
      ['--pull --password-file x', /expected one of password_env, password_file; found password_env and password_file/],
      ['--pull --allow everything', /"everything" is neither an address nor a network/],
      ['--pull --cert-file x', /both cert_file and key_file/],
      ['--pull --pull-added-after 2026-02-30', /no instant that exists/],
      ['--pull --url https://u:p@x.example/', /credentials do not belong into the URL/],
      ['--pull --partner nobody', /There is no partner "nobody"/],
    ] as const)
      await refused(run, `${ADD} ${more}`.trim(), message);
    await refused(run, 'pull nowhere', /There is no feed "nowhere"/);
    assert.equal((await run(`${ADD} --pull`)).code, 0);
    await refused(run, 'push cert', /pulls only/);
    await refused(run, `${ADD} --pull`, /There is a feed "cert" already/);
  });

  test('a run that cannot have its secret says which, and the list remembers', async (t) => {
    const run = await hub(t);
    await run(`${ADD} --pull`);
    const { code, stderr } = await run('pull cert');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /the environment variable CERT_PASSWORD is not set where it runs/);
    assert.match((await run('feed list')).stdout, /^cert +pull +failing .*CERT_PASSWORD is not set/m);
  });
});

test('times are told in the two largest units', () => {
  const second = 1_000_000;
  const told = [0, 59, 60, 3599, 3600, 90_000, 86_400 * 3 + 60].map((seconds) => ago(0, seconds * second));
  assert.deepEqual(told, ['0 s', '59 s', '1 min', '59 min', '1 h', '1 d 1 h', '3 d']);
});
