import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HttpCeiling, httpCeiling } from './ceilings/http.ts';
import { openRawReads, rawInsert } from './ceilings/store.ts';
import { consolePages } from './console.ts';
import { type DataSet, mixedData, supersededData } from './data.ts';
import { hostility } from './hostile.ts';
import { type Hub, importFile, makeHub, startHub } from './hub.ts';
import { measureLedger } from './ledger.ts';
import { absentType, adversePages } from './load/adverse.ts';
import { pollWhilePushing } from './load/busy.ts';
import { type Client, openClient } from './load/client.ts';
import { type Walk, walk } from './load/drain.ts';
import { type Envelopes, makeEnvelopes } from './load/envelopes.ts';
import { type IngestResult, ingest } from './load/ingest.ts';
import { durationFor, rateOf } from './load/measure.ts';
import { mixedPath, POLLERS, pollPaths } from './load/polls.ts';
import { signInRows } from './load/sign-in.ts';
import type { Target } from './load/target.ts';
import type { Options, Part } from './options.ts';
import {
  busyRows,
  type Ceilings,
  drainRows,
  foundRow,
  httpRows,
  importRows,
  ingestRows,
  MIXED_MS,
  pageRows,
  pollRows,
  readCeilings,
  type StoreCeiling,
} from './parts.ts';
import { idle } from './processor.ts';
import { startProgress } from './progress.ts';
import { accessRow, connectionRows, hiddenRows } from './reading.ts';
import { databaseRows, memoryRows } from './size.ts';
import type { Row } from './table.ts';
import { trends } from './trends.ts';
import { validation } from './validate.ts';

/** Parts that need no loaded hub. */
const ALONE: ReadonlySet<Part> = new Set<Part>(['ledger', 'validate', 'trends', 'console', 'hostile']);

const SEED = 20_240;
const SUPERSEDED_SEED = 20_241;
const BUSY_SEED = 20_242;

interface Run {
  readonly options: Options;
  /** Of this run alone: databases, envelopes, logs. */
  readonly directory: string;
  readonly data: DataSet;
}

/**
 * Runs the chosen parts.
 * @param directory empty, on the disk that is to be measured
 */
export async function measure(options: Options, directory: string): Promise<Row[]> {
  const run: Run = { options, directory, data: mixedData(SEED) };
  const { only, against, oasis } = options;
  const rows: Row[] = [];
  if ([...only].some((part) => !ALONE.has(part))) {
    const http = await httpCeiling(options.objects, join(directory, 'ready.log'));
    rows.push(...httpRows(http));
    rows.push(...(against === undefined ? await measureHub(run, http) : await measureOther(run, against, http)));
  }
  if (only.has('ledger') && against === undefined) rows.push(...(await measureLedger(options.objects, directory)));
  if (only.has('validate')) rows.push(...validation(run.data, options.objects, oasis));
  if (only.has('trends')) rows.push(...(await trends(directory, run.data, options.objects)));
  if (only.has('console')) rows.push(...(await consolePages(directory, run.data, options.objects)));
  if (only.has('hostile')) rows.push(...hostility());
  return rows;
}

async function measureHub(run: Run, http: HttpCeiling): Promise<Row[]> {
  const { only } = run.options;
  await using hub = await startHub(run.directory);
  const target = hub.target('member', 'mixed');
  await using client = openClient(target.origin, POLLERS, target.authorization);
  await using envelopes = await envelopesOf(run, 'mixed', run.data);
  const { pid } = hub.process;
  const loaded = await load(run, client, target, envelopes, () => idle(pid));
  const store = measureStore(run, hub.database);
  const rows = await clientRows(run, client, target, loaded, { http, store });
  if (only.has('import')) rows.push(...(await measureImport(run, envelopes, store)));
  if (only.has('hidden')) rows.push(...(await measureHidden(hub, client, loaded.walked)));
  if (only.has('access')) rows.push(await accessRow(hub, client, loaded.walked));
  if (only.has('connections')) rows.push(...(await connectionRows(hub, loaded.walked)));
  let { jsonBytes } = envelopes;
  if (only.has('busy')) {
    const busy = await measureBusy(run, hub, client, loaded);
    rows.push(...busy.rows);
    jsonBytes += busy.jsonBytes;
    await idle(pid);
  }
  if (only.has('adverse')) {
    const adverse = await measureAdverse(run, hub, client);
    rows.push(...adverse.rows);
    jsonBytes += adverse.jsonBytes;
  }
  if (only.has('sign-in')) {
    const { lastDate } = loaded.walked;
    rows.push(...(await signInRows({ open: target, guessed: 'public', pid, lastDate, objects: run.options.objects })));
  }
  if (!only.has('size')) return rows;
  rows.push(...memoryRows(pid));
  await hub[Symbol.asyncDispose]();
  rows.push(...databaseRows(hub.database, jsonBytes));
  return rows;
}

/** The same load on a server that is not ours, as far as a client alone can see. */
async function measureOther(run: Run, target: Target, http: HttpCeiling): Promise<Row[]> {
  await using client = openClient(target.origin, POLLERS, target.authorization);
  await using envelopes = await envelopesOf(run, 'mixed', run.data);
  const loaded = await load(run, client, target, envelopes);
  const rows = await clientRows(run, client, target, loaded, { http });
  if (run.options.only.has('adverse')) rows.push(...(await adversePages(client, target, [absentType(client, target)])));
  return rows;
}

/** What the machine does with the same rows without a server. */
function measureStore({ options, directory }: Run, database: string): StoreCeiling {
  const file = join(directory, 'raw.db');
  const progress = startProgress('raw insert', options.objects);
  const insertPerSecond = rawInsert(database, file, progress);
  progress.done();
  using reads = openRawReads(file);
  return { insertPerSecond, ...readCeilings(reads) };
}

interface Loaded {
  readonly ingested: IngestResult;
  readonly walked: Walk;
}

async function load(
  { options }: Run,
  client: Client,
  target: Target,
  envelopes: Envelopes,
  settled: () => Promise<void> = async () => undefined,
): Promise<Loaded> {
  const loading = startProgress('ingest over HTTP', options.objects);
  const ingested = await ingest(client, target, envelopes, loading);
  loading.done();
  await settled();
  const counting = startProgress('counting what is there', options.objects);
  const walked = await walk(client, target, 1000, true, counting);
  counting.done();
  return { ingested, walked };
}

async function clientRows(
  { options, data }: Run,
  client: Client,
  target: Target,
  { ingested, walked }: Loaded,
  ceilings: Ceilings,
): Promise<Row[]> {
  const { only, objects } = options;
  const rows = only.has('ingest') ? ingestRows(ingested, ceilings) : [];
  rows.push(foundRow(walked.objects, data.heads(objects)));
  if (only.has('drain')) rows.push(...(await drainRows(client, target, walked, ceilings)));
  if (only.has('pages')) rows.push(...(await pageRows(client, target)));
  if (only.has('polls')) {
    const { dates, lastDate } = walked;
    rows.push(...(await pollRows(client, target, { dates, lastDate, data, objects }, ceilings)));
  }
  return rows;
}

/** The mixed polls without and with a partner that pushes. */
async function measureBusy(
  run: Run,
  hub: Hub,
  client: Client,
  { ingested, walked }: Loaded,
): Promise<{ rows: Row[]; jsonBytes: number }> {
  const target = hub.target('member', 'mixed');
  const { objects } = run.options;
  const { dates, lastDate } = walked;
  const path = mixedPath(pollPaths(target, { dates, lastDate, data: run.data, objects }));
  const durationMs = durationFor(objects, MIXED_MS);
  const alone = await rateOf(client, POLLERS, durationMs, path);
  await using pusher = openClient(target.origin, POLLERS, target.authorization);
  await using envelopes = await envelopesOf(run, 'busy', mixedData(BUSY_SEED));
  const progress = startProgress('polls while one partner pushes', objects);
  const clients = { pollers: client, pusher };
  const busy = await pollWhilePushing(clients, target, envelopes, POLLERS, durationMs, path, progress);
  progress.done();
  return { rows: busyRows(busy, alone.perSecond, ingested.objectsPerSecond), jsonBytes: busy.jsonBytes };
}

/** A drain by somebody from whom types and markings hide half, beside one by somebody who sees all. */
async function measureHidden(hub: Hub, client: Client, walked: Walk): Promise<Row[]> {
  const half = hub.target('half', 'mixed');
  await using other = openClient(half.origin, 1, half.authorization);
  return await hiddenRows({ client, target: hub.target('member', 'mixed'), walked }, { client: other, target: half });
}

/** Pages where almost everything is hidden, superseded or of another type, in collections of the same size. */
async function measureAdverse(run: Run, hub: Hub, client: Client): Promise<{ rows: Row[]; jsonBytes: number }> {
  const { objects } = run.options;
  const plain = hub.target('member', 'mixed');
  const hidden = hub.target('public', 'mixed');
  const superseded = hub.target('member', 'superseded');
  await using outsider = openClient(hidden.origin, 1, hidden.authorization);
  await using envelopes = await envelopesOf(run, 'superseded', supersededData(SUPERSEDED_SEED, objects));
  const progress = startProgress('ingest of superseded versions', objects);
  await ingest(client, superseded, envelopes, progress);
  progress.done();
  await idle(hub.process.pid);
  const rows = await adversePages(client, plain, [
    absentType(client, plain),
    { name: 'adverse-hidden', what: 'adverse page: 99.9 % hidden', client: outsider, target: hidden },
    { name: 'adverse-superseded', what: 'adverse page: 99 % superseded', client, target: superseded },
  ]);
  return { rows, jsonBytes: envelopes.jsonBytes };
}

/** The same objects by `entente import` into a hub that nobody serves; what an empty file takes is taken off. */
async function measureImport({ directory }: Run, envelopes: Envelopes, store: StoreCeiling): Promise<Row[]> {
  const progress = startProgress('entente import', envelopes.objects);
  const data = await makeHub(directory);
  const empty = join(directory, 'empty.json');
  await writeFile(empty, '{"objects":[]}');
  const start = await importFile(data, empty);
  const run = await importFile(data, envelopes.file);
  progress.done();
  return importRows(envelopes.objects, run.ms - start.ms, run.peakMiB, store);
}

async function envelopesOf({ options, directory }: Run, name: string, data: DataSet): Promise<Envelopes> {
  const progress = startProgress(`making ${name} objects`, options.objects);
  const envelopes = await makeEnvelopes(join(directory, `${name}.envelopes`), data, options.objects, progress);
  progress.done();
  return envelopes;
}
