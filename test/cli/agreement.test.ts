import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hub, refused } from './by-hand.ts';
import { documents } from './program.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

describe('entente agreement', () => {
  test('list shows state and days left, soonest end first; show numbers the grants', async (t) => {
    const run = await hub(t);
    await run(`agreement add ends --partner vendor --until ${inDays(40.5)}`);
    await run(`agreement add today --partner vendor --until ${inDays(0.5)}`);
    await run('agreement add over --partner vendor --from 2020-01-01 --until 2021-01-01');
    await run(`agreement add later --partner anonymous --from ${inDays(10)} --until 2999-01-01 --title`, 'Two\nlines');
    await run(`agreement add aside --partner vendor --until ${inDays(50.5)}`);
    await run('agreement suspend aside');
    const { stdout } = await run('agreement list');
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^AGREEMENT +PARTNER +STATE +DAYS LEFT +UNTIL +GRANTS +MADE BY +TITLE$/);
    const cells = lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 4));
    assert.deepEqual(cells.slice(0, 4), [
      ['over', 'vendor', 'expired', '0'],
      ['today', 'vendor', 'in force', '<1'],
      ['ends', 'vendor', 'in force', '40'],
      ['aside', 'vendor', 'suspended', '50'],
    ]);
    assert.deepEqual(cells[4]?.slice(0, 3), ['later', 'anonymous', 'not yet']);
    assert.deepEqual(cells[5], ['cooperation', 'vendor', 'in force', '-']);
    assert.match(lines[5] ?? '', /Two lines$/, 'a title with a line break keeps the table whole');
    const [{ agreements } = {}] = documents((await run('agreement list --json')).stdout);
    assert.deepEqual(
      (agreements as Record<string, unknown>[]).map(({ name, state, days_left }) => [name, state, days_left])[2],
      ['ends', 'in force', 40],
    );
    const shown = await run('agreement show cooperation');
    assert.match(shown.stdout, /^1 +regional\/threat-data +read, write +amber +own +all$/m);
    assert.match(shown.stdout, /^2 +regional\/cybercrime-trends +read, write +green +own +report, note, /m);
    const [document = {}] = documents((await run('agreement show cooperation --json')).stdout);
    assert.deepEqual((document.grants as unknown[])[0], {
      collection: 'regional/threat-data',
      read: true,
      write: true,
      max_tlp: 'amber',
      delete: 'own',
    });
  });

  test('a ceiling that is raised, a type that is added: change says that old objects are not sent again', async (t) => {
    const run = await hub(t);
    const raise = await run('agreement change cooperation --collection threat-data --max-tlp red');
    assert.match(raise.stderr, /^warning: Objects that become visible by this are not sent again: /m);
    const lower = await run('agreement change cooperation --collection threat-data --max-tlp green');
    assert.doesNotMatch(lower.stderr, /not sent again/);
    const types = await run('agreement change cooperation --collection cybercrime-trends --all-types');
    assert.match(types.stderr, /not sent again/);
    const json = await run('agreement change cooperation --collection threat-data --max-tlp amber --json');
    assert.equal(json.stderr, '');
    assert.match(String(documents(json.stdout)[0]?.warnings), /not sent again/);
    const unmarked = await run('collection change threat-data --default-tlp clear');
    assert.match(unmarked.stderr, /not sent again/);
  });

  test('grants: added, told apart by number, changed, taken away', async (t) => {
    const run = await hub(t);
    await run('agreement add talks --partner vendor');
    const C = '--collection threat-data';
    await run(`agreement grant talks ${C} --read --max-tlp green`);
    await refused(
      run,
      `agreement grant talks ${C} --write --max-tlp green`,
      /has a grant on this collection for all types/,
    );
    const more = await run(`agreement grant talks ${C} --read --max-tlp red --types report,note`);
    assert.match(more.stderr, /They add up/);
    await refused(
      run,
      `agreement change talks ${C} --max-tlp amber`,
      /several grants on this collection.*--grant: 1, 2/,
    );
    await refused(run, `agreement revoke-grant talks ${C} --grant 3`, /Grant 3 .* there are: 1, 2/);
    assert.equal((await run(`agreement change talks ${C} --grant 2 --types report --no-read --write`)).code, 0);
    const { stdout } = await run(`agreement revoke-grant talks ${C} --grant 1`);
    assert.match(stdout, /^ {4}grant taken away: read on c2e735e7-\S+ up to green$/m);
    const [{ grants } = {}] = documents((await run('agreement show talks --json')).stdout);
    assert.deepEqual(grants, [
      {
        collection: 'regional/threat-data',
        read: false,
        write: true,
        max_tlp: 'red',
        types: ['report'],
        delete: 'none',
      },
    ]);
  });

  test('what cannot be is refused with what to do, and changes nothing', async (t) => {
    const run = await hub(t);
    const before = (await run('agreement list --json')).stdout;
    const cases: [string, RegExp][] = [
      ['agreement add Talks --partner vendor', /name: "Talks" does not do: expected 1 to 64 lower-case/],
      ['agreement add cooperation --partner vendor', /an agreement "cooperation" already; "entente agreement change/],
      ['agreement add talks --partner nobody', /There is no partner "nobody"\. There are: vendor\./],
      ['agreement add talks --partner vendor --until 2026-02-30', /until: "2026-02-30T00:00:00Z" is no instant/],
      ['agreement add talks --partner vendor --from 2027-01-01 --until 2026-01-01', /ends before it begins/],
      ['agreement add talks --partner vendor --read', /add --collection C/],
      ['agreement add talks --partner vendor --collection threat-data --read', /add --max-tlp LEVEL/],
      ['agreement grant cooperation --collection none --max-tlp red', /no collection "none"\. There are: regional/],
      ['agreement grant cooperation --max-tlp red', /add --collection C/],
      ['agreement grant cooperation --collection threat-data --max-tlp red --types Report', /STIX type/],
      ['agreement change cooperation', /Say what to change/],
      ['agreement change cooperation --max-tlp red', /add --collection C/],
      ['agreement change none --until 2027-01-01', /no agreement "none"\. There are: cooperation/],
      ['agreement renew cooperation --until 2999-01-01', /has no end, so there is nothing to renew/],
      ['agreement revoke-grant none --collection threat-data', /no agreement "none"/],
      ['agreement suspend none', /no agreement "none"/],
    ];
    for (const [line, expected] of cases) await refused(run, line, expected);
    assert.equal((await run('agreement list --json')).stdout, before);
  });

  test('renew sets a later end only', async (t) => {
    const run = await hub(t);
    await run('agreement add talks --partner vendor --from 2020-01-01 --until 2021-01-01');
    await refused(run, 'agreement renew talks --until 2020-06-01', /runs until 2021-01-01T00:00:00Z already/);
    await refused(run, 'agreement renew talks --until 2022-01-01', /is past/);
    await refused(run, 'agreement renew talks --until soon', /is no instant/);
    const { stdout } = await run('agreement renew talks --until 2999-01-01');
    assert.match(stdout, /until: "2021-01-01T00:00:00Z" → "2999-01-01T00:00:00Z"/);
    assert.match(stdout, /^Agreement "talks" is in force: \d+ days left\.$/m);
    await run('agreement suspend talks');
    assert.match((await run('agreement renew talks --until 3000-01-01')).stderr, /agreement resume talks/);
    assert.match((await run('agreement suspend talks')).stdout, /^Nothing to change/);
  });
});
