import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { documents, entente, file, HUB_FILE, hubDirectory, spawned, temporary } from './program.ts';

const COMMANDS = [
  ['serve'],
  ['apply'],
  ['import'],
  ['export'],
  ['validate'],
  ...['list', 'show', 'add', 'change', 'remove'].map((word) => ['partner', word]),
  ...['list', 'add', 'rotate', 'revoke', 'enable', 'remove'].map((word) => ['credential', word]),
  ...['list', 'show', 'add', 'change', 'renew', 'suspend', 'resume', 'remove', 'grant', 'revoke-grant'].map((word) => [
    'agreement',
    word,
  ]),
  ...['list', 'show', 'add', 'change', 'remove'].map((word) => ['collection', word]),
  ['backup'],
  ['restore'],
  ['check'],
  ['conform'],
  ['demo'],
];

describe('help and usage', () => {
  test('the program says what it is, its commands, exit codes and version', async () => {
    const help = await spawned(['--help']);
    assert.equal(help.code, 0);
    for (const [name = ''] of COMMANDS) assert.match(help.stdout, new RegExp(`^ {2}${name} `, 'm'));
    assert.match(help.stdout, /Exit codes: 0 done, 1 done with findings/);
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await entente(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const words of COMMANDS)
    test(`${words.join(' ')} --help shows its options and examples`, async () => {
      const { code, stdout } = await entente([...words, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, /--data <DIR>/);
      assert.match(stdout, /--json/);
      assert.match(stdout, new RegExp(`Examples:\\n {2}\\$ entente ${words.join(' ')}`));
    });

  test('wrong usage ends with 2 and says what was wrong', async () => {
    const wrong: [string[], RegExp][] = [
      [['frobnicate'], /unknown command 'frobnicate'/],
      [['apply'], /missing required argument 'FILE'/],
      [['apply', HUB_FILE, '--drY-run'], /unknown option '--drY-run'/],
      [['import', 'x.json'], /required option '--collection <C>' not specified/],
      [['export', '--collection', 'c', '--max-tlp', 'white'], /Allowed choices are clear, green, amber/],
      [['export', '--collection', 'c', '--added-after', 'yesterday'], /Expected an instant/],
      [['validate', 'x.json', '--level', 'lax'], /Allowed choices are standard, strict/],
      [['serve', '--port', '70000'], /--port is "70000"; expected a port/],
      [['serve', '--public-url', 'taxii.example'], /--public-url is "taxii\.example"/],
    ];
    for (const [args, expected] of wrong) {
      const { code, stdout, stderr } = await entente(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, expected);
    }
  });

  test('the program without a command prints its help and ends with 2', async () => {
    const { code, stderr } = await entente([]);
    assert.equal(code, 2);
    assert.match(stderr, /Usage: entente/);
  });

  test('without a database every command says how to make one, and ends with 3', async (t) => {
    const data = join(await temporary(t), 'none');
    const commands = [
      ['serve'],
      ['export', '--collection', 'c'],
      ['collection', 'list'],
      ['backup', join(data, 'copy')],
      ['check'],
    ];
    for (const args of commands) {
      const { code, stderr } = await entente([...args, '--data', data]);
      assert.equal(code, 3, args.join(' '));
      assert.match(stderr, /no database at .*entente apply FILE/);
    }
  });

  test('with --json an error is one JSON document with its code', async (t) => {
    const data = join(await temporary(t), 'none');
    const { code, stdout, stderr } = await entente(['check', '--json', '--data', data]);
    assert.equal(code, 3);
    assert.equal(stdout, '');
    const [{ error } = {}] = documents(stderr) as { error?: Record<string, unknown> }[];
    assert.equal(error?.code, 'database.unavailable');
    assert.equal(typeof error?.description, 'string');
  });
});

describe('entente apply', () => {
  test('makes the hub, tells what it made, and the second time changes nothing', async (t) => {
    const data = join(await temporary(t), 'deep', 'data');
    const first = await entente(['apply', HUB_FILE, '--data', data]);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^\+ API root "regional"$/m);
    assert.match(first.stdout, /^\+ credential of user "vendor"$/m);
    assert.match(first.stdout, /^7 changes made\.$/m);
    const second = await entente(['apply', HUB_FILE, '--data', data]);
    assert.deepEqual(second, { code: 0, stdout: 'Nothing to change: the hub is as the file says.\n', stderr: '' });
  });

  test('--dry-run tells the same and changes nothing, nor makes a database', async (t) => {
    const data = join(await temporary(t), 'data');
    const dry = await entente(['apply', HUB_FILE, '--dry-run', '--json', '--data', data]);
    assert.ok(!existsSync(data));
    const wet = await entente(['apply', HUB_FILE, '--json', '--data', data]);
    assert.equal(dry.code, 0, dry.stderr);
    const [before, after] = [documents(dry.stdout)[0], documents(wet.stdout)[0]];
    assert.equal(before?.dry_run, true);
    assert.equal(after?.dry_run, false);
    assert.deepEqual(before?.changes, after?.changes);
    assert.match((await entente(['apply', HUB_FILE, '--dry-run', '--data', data])).stdout, /Nothing to change/);
  });

  test('a change is told field by field', async (t) => {
    const data = await hubDirectory(t);
    const text = (await readFile(HUB_FILE, 'utf8')).replace('validation: strict', 'validation: standard');
    const changed = await file(data, 'hub.yaml', text);
    const { stdout } = await entente(['apply', changed, '--data', data]);
    assert.match(
      stdout,
      /^~ collection "Cybercrime trends" .*\n {4}validation: "strict" → "standard"\n1 change made\.$/m,
    );
  });

  test('a wrong file changes nothing and ends with 2, naming the place', async (t) => {
    const data = join(await temporary(t), 'data');
    const wrong = await file(await temporary(t), 'hub.yaml', 'hub: { title: x }\napi_rots: []\n');
    const { code, stderr } = await entente(['apply', wrong, '--data', data]);
    assert.equal(code, 2);
    assert.match(stderr, /hub\.yaml:2:1: unknown key "api_rots"/);
    assert.equal((await entente(['collection', 'list', '--data', data])).code, 3, 'no database was made');
  });

  test('a file that does not exist ends with 3, a secret that is missing with 2', async (t) => {
    const data = await temporary(t);
    assert.equal((await entente(['apply', join(data, 'none.yaml'), '--data', data])).code, 3);
    const { code, stderr } = await entente(['apply', HUB_FILE, '--data', data], { environment: {} });
    assert.equal(code, 2);
    assert.match(stderr, /DEMO_PASSWORD \(password_env\) is not set/);
    assert.ok(!existsSync(join(data, 'entente.db')), 'no database was made');
  });
});

describe('entente collection', () => {
  test('list and show tell what there is and how much it holds', async (t) => {
    const data = await hubDirectory(t);
    const list = await entente(['collection', 'list', '--data', data]);
    assert.equal(list.code, 0, list.stderr);
    assert.match(list.stdout, /^COLLECTION +ID +OBJECTS +VERSIONS +LAST ADDED +TITLE$/m);
    assert.match(list.stdout, /^regional\/threat-data +c2e735e7-\S+ +0 +0 +never +Threat data$/m);
    const json = documents((await entente(['collection', 'list', '--json', '--data', data])).stdout);
    const [{ collections } = {}] = json as { collections?: { alias: string }[] }[];
    assert.deepEqual(
      collections?.map(({ alias }) => alias),
      ['cybercrime-trends', 'threat-data'],
    );
    for (const name of ['threat-data', 'regional/threat-data', 'C2E735E7-6f91-4dc8-82b1-e5b1711dfbc5']) {
      const shown = await entente(['collection', 'show', name, '--data', data]);
      assert.match(shown.stdout, /^retention_days +730$/m, shown.stderr);
    }
  });

  test('a collection that does not exist ends with 2 and names those that do', async (t) => {
    const data = await hubDirectory(t);
    const { code, stderr } = await entente(['collection', 'show', 'threat', '--data', data]);
    assert.equal(code, 2);
    assert.match(stderr, /no collection "threat"\. There are: regional\/cybercrime-trends, regional\/threat-data/);
  });
});
