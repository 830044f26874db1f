import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hub, refused } from './by-hand.ts';
import { documents, file, temporary } from './program.ts';

const ID = 'identity--8c6af861-7b20-41ef-9b59-6344fd872a8f';
const IDENTITY = {
  type: 'identity',
  spec_version: '2.1',
  id: ID,
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-01T00:00:00.000Z',
  name: 'Police',
  identity_class: 'organization',
};

describe('entente partner', () => {
  test('add, change, show and remove, with the identity as an id or as a whole object', async (t) => {
    const run = await hub(t);
    const whole = await file(await temporary(t), 'identity.json', JSON.stringify(IDENTITY));
    assert.match((await run(`partner add police --identity ${ID}`)).stdout, /^\+ partner "police"$/m);
    assert.equal((await run(`partner change police --identity-file ${whole}`)).code, 0);
    const [shown = {}] = documents((await run('partner show police --json')).stdout);
    assert.deepEqual(shown, { name: 'police', identity: IDENTITY, made_by: 'hand', agreements: [], credentials: [] });
    assert.match((await run('partner show police')).stdout, new RegExp(`^identity +${ID} \\(Police\\)$`, 'm'));
    await run('partner change police --no-identity');
    assert.match((await run('partner list')).stdout, /^police +0 of 0 +0 of 0 +hand +-$/m);
    assert.match((await run('partner list')).stdout, /^vendor +1 of 1 +1 of 1 +hub file +-$/m);
    assert.match((await run('partner show anonymous')).stdout, /^made by +built in$/m);
    assert.match((await run('partner remove police')).stdout, /^- partner "police"$/m);
    await refused(run, 'partner show police', /There is no partner "police"\. There are: vendor\./);
  });

  test('limits are set by hand, and given up for those of the hub', async (t) => {
    const run = await hub(t);
    await run('partner change vendor --requests-per-minute 600 --concurrent-requests none');
    const limits = async () => documents((await run('partner show vendor --json')).stdout)[0]?.limits;
    assert.deepEqual(await limits(), { requests_per_minute: 600, concurrent_requests: 'none' });
    assert.match(
      (await run('partner show vendor')).stdout,
      /^limits +requests_per_minute 600, concurrent_requests none$/m,
    );
    await run(`partner change vendor --identity ${ID}`);
    assert.deepEqual(await limits(), { requests_per_minute: 600, concurrent_requests: 'none' }, 'they stay');
    await run('partner change vendor --no-concurrent-requests');
    assert.deepEqual(await limits(), { requests_per_minute: 600 });
    await run('partner change vendor --no-requests-per-minute');
    assert.equal(await limits(), undefined);
    await run('partner add other --requests-per-minute 1');
    assert.match((await run('partner show other')).stdout, /^limits +requests_per_minute 1$/m);
    await refused(run, 'partner add third --requests-per-minute 0', /limits\.requests_per_minute: 0 does not do/);
  });

  test('what cannot be is refused with what to do', async (t) => {
    const run = await hub(t);
    const directory = await temporary(t);
    const wrong = await file(directory, 'wrong.json', JSON.stringify({ ...IDENTITY, name: 5 }));
    const other = await file(directory, 'other.json', JSON.stringify({ ...IDENTITY, type: 'campaign' }));
    const broken = await file(directory, 'broken.json', '{');
    const cases: [string, RegExp][] = [
      ['partner add Police', /name: "Police" does not do/],
      ['partner add vendor', /a partner "vendor" already; "entente partner change vendor"/],
      ['partner add anonymous', /built-in partner/],
      ['partner add police --identity police', /identity: "police" does not do: expected the id of a STIX identity/],
      [`partner add police --identity-file ${wrong}`, /identity: \/name: /],
      [
        `partner add police --identity-file ${other}`,
        /expected a STIX object of the type "identity", found "campaign"/,
      ],
      [`partner add police --identity-file ${broken}`, /broken\.json holds no STIX identity object/],
      [`partner add police --identity ${ID} --identity-file ${wrong}`, /Give the identity once/],
      ['partner change vendor', /Say what to change/],
      ['partner remove vendor', /still has: agreement cooperation, credential basic:vendor\..*--cascade/],
      ['partner remove nobody', /There is no partner "nobody"/],
    ];
    for (const [line, expected] of cases) await refused(run, line, expected);
    assert.equal((await run(`partner add police --identity-file ${directory}/none.json`)).code, 3);
  });
});

describe('entente collection by hand', () => {
  test('add and change, with the rules of the hub file', async (t) => {
    const run = await hub(t);
    const [{ id } = {}] = documents(
      (await run('collection add --root regional --title Samples --alias samples --json')).stdout,
    );
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    const changed = await run('collection change samples --retention-days 30 --description', 'What was sampled');
    assert.match(changed.stdout, /retentionDays: nothing → 30/);
    await run('collection change samples --no-retention-days --page-max 500 --page-default 100');
    await run('collection change samples --statement-marking amber');
    assert.match((await run('collection show samples')).stdout, /^statement_marking +amber$/m);
    const lower = await run('collection change samples --no-statement-marking');
    assert.match(lower.stderr, /are not sent again/, 'statements rank as green again');
    const { stdout } = await run('collection show samples');
    assert.match(stdout, /^statement_marking +-$/m);
    assert.match(stdout, /^retention_days +-$/m);
    assert.match(stdout, /^page_max +500$/m);
    const cases: [string, RegExp][] = [
      ['collection add --root none --title X', /There is no API root "none"\. There are: regional/],
      ['collection add --root regional --title samples', /The title "Samples" is taken/],
      ['collection add --root regional --title X --alias samples', /The alias "samples" is taken/],
      ['collection add --root regional --title X --id 1', /id: "1" does not do/],
      ['collection change samples', /Say what to change/],
      ['collection change samples --page-max 10', /page_default \(100\) is larger than page_max \(10\)/],
      ['collection change samples --media-types text/plain', /media_types\[0\]/],
    ];
    for (const [line, expected] of cases) await refused(run, line, expected);
  });

  test('a hub file may not take the title of a collection made by hand', async (t) => {
    const run = await hub(t);
    await run('collection remove threat-data');
    await run('collection add --root regional --title', 'THREAT data');
    const { HUB_FILE } = await import('./program.ts');
    await refused(run, `apply ${HUB_FILE}`, /made by hand and has the title "THREAT data" of collection "Threat data"/);
  });
});
