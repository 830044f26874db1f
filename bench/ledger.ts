import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { textOf } from '../src/ledger/chain.ts';
import { disclosureOf, type Reading } from '../src/ledger/disclosure.ts';
import { Recorder } from '../src/ledger/recorder.ts';
import { verifyLedger } from '../src/ledger/verify.ts';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import type { CatalogueChange, Store } from '../src/store/store.ts';
import { formatMicros, systemClock } from '../src/time.ts';
import { startServer } from './child.ts';
import { openClient } from './load/client.ts';
import { durationFor, median, rateOf } from './load/measure.ts';
import { POLLERS } from './load/polls.ts';
import { timedProgress } from './progress.ts';
import type { Row } from './table.ts';

const SERVER = new URL('./ledger-server.ts', import.meta.url).pathname;
const ID = 'c0a5f0f2-0c6e-4f0f-9e1f-6d1f7e3a2b10';
const OBJECTS = 2000;
const ROUNDS = 5;
const ROUND_MS = 2000;

/** What recording costs: reads recorded and verified by the hundred thousand, and polls with and without. */
export async function measureLedger(objects: number, directory: string): Promise<Row[]> {
  const file = join(directory, 'ledger.db');
  const dates = await prepare(file);
  return [
    ...(await ratio(file, dates, objects, directory)),
    ...(await recordAndVerify(join(directory, 'records.db'), pollsFor(objects))),
  ];
}

/** 100,000 but in small runs. */
function pollsFor(objects: number): number {
  return Math.min(100_000, Math.max(2000, objects));
}

async function prepare(file: string): Promise<readonly number[]> {
  await using store = await openSqliteStore({ file, create: true });
  const none = { requestsPerMinute: 'none', concurrentRequests: 'none' } as const;
  const hub: CatalogueChange[] = [
    { put: 'hub', origin: 'hand', value: { title: 'Bench', limits: none } },
    { put: 'api-root', origin: 'hand', value: { path: 'bench', title: 'B', maxContentLength: 1, strict: false } },
    {
      put: 'collection',
      origin: 'hand',
      value: {
        id: ID,
        root: 'bench',
        title: 'B',
        mediaTypes: ['application/stix+json;version=2.1'],
        validation: 'standard',
        defaultTlp: 'green',
        unknownMarking: 'red',
        pageDefault: 100,
        pageMax: 1000,
      },
    },
    {
      put: 'agreement',
      origin: 'hand',
      value: {
        name: 'open',
        partner: 'anonymous',
        grants: [{ collection: ID, read: true, write: false, maxTlp: 'red', delete: 'none' }],
      },
    },
  ];
  await store.catalogue.change(await store.catalogue.generation(), hub, 'cli');
  return [...(await fill(store, 0)), ...(await fill(store, OBJECTS / 2))];
}

async function fill({ objects }: Store, from: number): Promise<number[]> {
  const versions = Array.from({ length: OBJECTS / 2 }, (_, i) => {
    const id = `indicator--00000000-0000-4000-8000-${String(from + i).padStart(12, '0')}`;
    const version = '2026-01-01T00:00:00.000Z';
    const json = JSON.stringify({ type: 'indicator', id, modified: version, description: 'x'.repeat(600) });
    return { id, type: 'indicator', specVersion: '2.1', version, marking: 'green', json } as const;
  });
  const outcomes = await objects.commit({ collection: ID, source: 'import', objects: versions });
  return outcomes.flatMap((outcome) => (outcome.kind === 'added' ? [outcome.dateAdded] : []));
}

/** In turns, so that both meet the same conditions; the median of the turns counts. */
async function ratio(file: string, dates: readonly number[], objects: number, directory: string): Promise<Row[]> {
  const rates = { with: [] as number[], without: [] as number[] };
  const ms = durationFor(objects, ROUND_MS);
  await using recording = await startServer(SERVER, [file, 'with'], join(directory, 'with.log'));
  await using plain = await startServer(SERVER, [file, 'without'], join(directory, 'without.log'));
  await using one = openClient(recording.url, POLLERS);
  await using other = openClient(plain.url, POLLERS);
  const path = (poller: number, n: number): string => {
    const date = dates[(poller * 977 + n * 131) % (dates.length - 100)] ?? 0;
    return `/bench/collections/${ID}/objects/?limit=100&added_after=${formatMicros(date)}`;
  };
  const progress = timedProgress('polls with and without the ledger', 2 * (ROUNDS + 1) * ms);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [mode, client] of [['with', one] as const, ['without', other] as const]) {
      const { perSecond } = await rateOf(client, POLLERS, ms, path);
      // The first turn warms up.
      if (round > 0) rates[mode].push(perSecond);
    }
  progress.done();
  return [
    {
      name: 'ledger-polls',
      what: 'polls: page of 100, recorded (base: by a hub that records nothing)',
      measured: median(rates.with),
      unit: 'requests/s',
      ceiling: median(rates.without),
      target: { of: 'ratio', at: 'least', value: 0.9 },
    },
  ];
}

async function recordAndVerify(file: string, polls: number): Promise<Row[]> {
  const rows = await recordAndVerifyRows(file, polls);
  const { reading, result } = onePoll();
  const text = disclosureOf(reading, result, systemClock());
  return [
    ...rows,
    {
      name: 'ledger-size',
      what: `ledger of ${polls} polls, the database (base: its texts)`,
      measured: statSync(file).size / 2 ** 20,
      unit: 'MiB',
      ...(text === undefined ? {} : { ceiling: (textOf(text).length * polls) / 2 ** 20 }),
    },
  ];
}

async function recordAndVerifyRows(file: string, polls: number): Promise<Row[]> {
  await using store = await openSqliteStore({ file, create: true });
  const recorder = new Recorder({
    ledger: store.ledger,
    clock: systemClock,
    events: {
      failed: (error) => {
        throw error;
      },
      recovered: () => undefined,
      gaps: () => undefined,
      closed: () => undefined,
    },
  });
  const { reading, result } = onePoll();
  const began = performance.now();
  for (let i = 0; i < polls; i++) {
    recorder.read(reading, result);
    // As many as wait at most; a server would be answering.
    while (i % 1000 === 0 && i - (await store.ledger.head()).count > 10_000) await wait(1);
    if (i % 1000 === 0) await wait(0);
  }
  await recorder[Symbol.asyncDispose]();
  const recordedMs = performance.now() - began;
  const verifying = performance.now();
  const { faults, head } = await verifyLedger(store.ledger);
  const verifiedMs = performance.now() - verifying;
  if (faults.length > 0 || head.count !== polls) throw new Error(`The ledger does not hold: ${faults[0]}`);
  return [
    {
      name: 'ledger-record',
      what: `${polls} polls recorded, until they are on the disk`,
      measured: recordedMs,
      unit: 'ms',
    },
    {
      name: 'ledger-verify',
      what: `${polls} polls verified`,
      measured: verifiedMs,
      unit: 'ms',
      target: { of: 'measured', at: 'most', value: 5000 },
    },
  ];
}

function onePoll() {
  const now = systemClock();
  const reading: Reading = {
    who: 'partner:vendor',
    credentials: ['basic:vendor'],
    request: 'c8a5f0f2-0c6e-4f0f-9e1f-6d1f7e3a2b10',
    read: 'objects',
    collection: ID,
    verdict: {
      kind: 'allowed',
      entries: [
        {
          agreement: 'cooperation-2024',
          types: 'all',
          maxTlp: 'amber',
          classes: new Set(['unmarked', 'clear', 'green', 'amber']),
        },
      ],
    },
  };
  return {
    reading,
    result: {
      count: 100,
      first: now - 100,
      last: now - 1,
      filter: { versions: { first: false, last: true, keys: [] } },
      asOf: now,
    },
  };
}
