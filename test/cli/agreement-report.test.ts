import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { MarkingClass } from '../../src/sharing/model.ts';
import type { Contact, DisclosedEntry, Disclosure } from '../../src/store/ledger.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { NewObject } from '../../src/store/store.ts';
import { documents, entente, hubDirectory, indicator } from './program.ts';

const at = (text: string): number => Date.parse(text) * 1000;
const ENTRY: DisclosedEntry = { agreement: 'cooperation', tlp: 'amber', classes: ['green'] };

function object(number: number, marking: MarkingClass, type = 'indicator', name = 'x'): NewObject {
  const value = {
    ...indicator(number),
    type,
    id: `${type}--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    name,
  };
  return {
    id: value.id,
    type,
    specVersion: '2.1',
    version: '2026-01-01T00:00:00.000Z',
    marking,
    json: JSON.stringify(value),
  };
}

/** Two pushes in January and March, polls in February, and what others did. */
async function exchanged(t: TestContext): Promise<string> {
  const data = await hubDirectory(t);
  let now = at('2026-01-10T10:00:00Z');
  await using store = await openSqliteStore({ file: join(data, 'entente.db'), clock: () => now });
  const catalogue = await store.catalogue.load();
  const collections = [...catalogue.collection.values()].map(({ value }) => value);
  const [threats, trends] = ['threat-data', 'cybercrime-trends'].map(
    (alias) => collections.find((each) => each.alias === alias)?.id ?? '',
  );
  assert.ok(threats && trends);
  const grounds = { agreements: ['cooperation'], credentials: [] };
  const push = async (collection: string, id: string, objects: NewObject[], more: object = {}): Promise<void> => {
    const begin = {
      id,
      root: 'regional',
      collection,
      owner: { partner: 'vendor' },
      requested: now,
      total: objects.length + 1,
      leaseUntil: now,
    };
    const refused = { id: 'indicator--x', version: '2026-01-01T00:00:00Z', message: 'wrong' };
    const lines = [
      ...objects.map((_, i) => (i === 0 ? { object: i, message: 'a warning' } : { object: i })),
      { refused },
    ];
    await store.objects.commit({
      collection,
      source: 'partner:vendor',
      grounds,
      objects,
      push: { begin, id, part: 0, lines, last: true },
      ...more,
    });
  };
  await push(threats, 'one', [object(1, 'green'), object(2, 'amber'), object(3, 'green', 'malware')]);
  await push(threats, 'foreign', [object(9, 'green')], {
    source: 'partner:other',
    grounds: { agreements: ['another'], credentials: [] },
  });
  now = at('2026-03-31T23:59:59Z');
  await push(trends, 'two', [object(4, 'unmarked', 'report')]);
  await push(threats, 'three', [object(1, 'green')]);
  const read = {
    kind: 'disclosure',
    time: at('2026-02-01T00:00:00Z'),
    who: 'partner:vendor',
    read: 'objects',
    collection: threats,
    as_of: now,
    first: 1,
    last: now,
    count: 3,
    entries: [ENTRY],
  } as const satisfies Disclosure;
  const idle = {
    kind: 'contact',
    time: at('2026-02-03T00:00:00Z'),
    who: 'partner:vendor',
    agreements: ['cooperation'],
    read: 'objects',
    collection: threats,
    count: 1500,
    from: at('2026-02-02T00:00:00Z'),
    until: at('2026-02-03T00:00:00Z'),
  } as const satisfies Contact;
  await store.ledger.append([
    read,
    read,
    { ...read, read: 'manifest', count: 7 },
    { ...read, read: 'head' },
    { ...read, who: 'partner:other' },
    { ...read, entries: [{ ...ENTRY, agreement: 'another' }] },
    idle,
    { kind: 'gap', time: now, session: 'x', from: now },
  ]);
  return data;
}

test('agreement report counts what was received and sent, and nothing of others', async (t) => {
  const data = await exchanged(t);
  const run = async (...args: string[]) =>
    await entente(['agreement', 'report', 'cooperation', ...args, '--data', data]);
  const [document = {}] = documents((await run('--from', '2026-01-01', '--to', '2026-03-31', '--json')).stdout);
  assert.deepEqual(document.period, { from: '2026-01-01T00:00:00.000000Z', to: '2026-04-01T00:00:00.000000Z' });
  assert.equal(document.first_contact, '2026-01-10T10:00:00.000000Z');
  assert.equal(document.last_contact, '2026-03-31T23:59:59.000000Z');
  assert.deepEqual(document.received, {
    pushes: 3,
    pushed: 8,
    added: 4,
    present: 1,
    refused: 3,
    warned: 3,
    validity: 5 / 8,
    by_type: [
      { type: 'indicator', added: { green: 1, amber: 1 } },
      { type: 'malware', added: { green: 1 } },
      { type: 'report', added: { unmarked: 1 } },
    ],
  });
  assert.deepEqual(document.sent, { polls: 1504, answered: 4, objects: 6, listed: 7 });
  assert.deepEqual(
    (document.by_month as Record<string, unknown>[]).map(({ month, pushed, polls, objects }) => [
      month,
      pushed,
      polls,
      objects,
    ]),
    [
      ['2026-01', 4, 0, 0],
      ['2026-02', 0, 1504, 6],
      ['2026-03', 4, 0, 0],
    ],
  );
  assert.deepEqual(
    (document.by_collection as Record<string, unknown>[]).map(({ name, pushed, objects }) => [name, pushed, objects]),
    [
      ['regional/threat-data', 6, 6],
      ['regional/cybercrime-trends', 2, 0],
    ],
  );
  assert.equal(document.ledger_gaps, 1);
  const [february = {}] = documents((await run('--from', '2026-02-01', '--to', '2026-02-28', '--json')).stdout);
  assert.deepEqual((february.received as { pushed: number; validity: unknown }).validity, null);
  assert.equal((february.sent as { objects: number }).objects, 6);
});

test('agreement report is a page that reads well as text', async (t) => {
  const data = await exchanged(t);
  const run = async (...args: string[]) =>
    await entente(['agreement', 'report', 'cooperation', ...args, '--data', data]);
  const { stdout, code } = await run('--from', '2026-01-01', '--to', '2026-03-31');
  assert.equal(code, 0);
  assert.match(stdout, /^# /);
  assert.match(stdout, /Report on the exchange with \*\*vendor\*\* from 1 January 2026 to 31 March 2026/);
  assert.match(
    stdout,
    /\*\*Received:\*\* 8 objects in 3 pushes\. 5 \(62\.5 %\) were accepted: 4 new and 1 already known\./,
  );
  assert.match(stdout, /\*\*Sent:\*\* 6 objects, in answer to 1,504 requests\./);
  assert.match(stdout, /the hub ended once without closing the ledger/);
  const tables = stdout.split('\n\n').filter((block) => block.startsWith('|'));
  assert.equal(tables.length, 6);
  for (const table of tables) {
    const widths = new Set(
      table
        .trimEnd()
        .split('\n')
        .map((line) => line.length),
    );
    assert.equal(widths.size, 1, table);
  }
  const quiet = await run('--from', '2020-01-01', '--to', '2020-12-31');
  assert.match(quiet.stdout, /vendor was not in contact under this agreement in this time\./);
  for (const args of [
    ['--from', 'nonsense'],
    ['--from', '2026-02-01', '--to', '2026-01-01'],
  ])
    assert.equal((await run(...args)).code, 2, args.join(' '));
});
