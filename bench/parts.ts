import type { HttpCeiling } from './ceilings/http.ts';
import type { RawReads } from './ceilings/store.ts';
import type { BusyResult } from './load/busy.ts';
import type { Client } from './load/client.ts';
import { type Walk, walk } from './load/drain.ts';
import type { IngestResult } from './load/ingest.ts';
import { durationFor, median, medianTimes, rateOf } from './load/measure.ts';
import { mixedPath, POLL_TITLES, POLLERS, POLLS, type Poll, type Positions, pollPaths } from './load/polls.ts';
import type { Target } from './load/target.ts';
import { startProgress, timedProgress } from './progress.ts';
import type { Row } from './table.ts';

/** How often a walk or a page is repeated; the median counts. */
const WALKS = 3;
const PAGES = 21;
const PAGE_LIMIT = 1000;
const POLL_MS = 1500;
export const MIXED_MS = 8000;

/** What the server that is measured cannot beat. */
export interface Ceilings {
  readonly http: HttpCeiling;
  /** Not for servers whose store is not ours. */
  readonly store?: StoreCeiling;
}

export interface StoreCeiling {
  readonly insertPerSecond: number;
  /** Objects per second by page size. */
  readonly walkPerSecond: ReadonlyMap<number, number>;
  readonly pollReadMs: ReadonlyMap<Poll, number>;
}

export const LIMITS = [100, 1000] as const;

/** The reading that the polls cannot do without. */
export function readCeilings(reads: RawReads): Omit<StoreCeiling, 'insertPerSecond'> {
  const walks = LIMITS.map((limit) => [limit, median(Array.from({ length: WALKS }, () => reads.walk(limit)))] as const);
  const polls = POLLS.map((poll) => [poll, reads.pollMs(poll)] as const);
  return { walkPerSecond: new Map(walks), pollReadMs: new Map(polls) };
}

export function ingestRows(result: IngestResult, ceilings: Ceilings): Row[] {
  return [
    {
      name: 'ingest',
      what: 'ingest over HTTP, envelopes of 500 (ceiling: raw insert)',
      measured: result.objectsPerSecond,
      unit: 'objects/s',
      ...(ceilings.store === undefined ? {} : { ceiling: ceilings.store.insertPerSecond }),
      target: { of: 'measured', at: 'least', value: 8000 },
    },
    { name: 'ingest-tenths', what: 'ingest, last tenth over first tenth', measured: result.lastOverFirst, unit: '×' },
  ];
}

export function importRows(objects: number, ms: number, peakMiB: number | undefined, store: StoreCeiling): Row[] {
  const rate: Row = {
    name: 'import',
    what: 'entente import (ceiling: raw insert)',
    measured: (objects / ms) * 1000,
    unit: 'objects/s',
    ceiling: store.insertPerSecond,
    target: { of: 'ratio', at: 'least', value: 0.8 },
  };
  if (peakMiB === undefined) return [rate];
  return [
    rate,
    {
      name: 'import-memory',
      what: 'most memory resident while importing',
      measured: peakMiB,
      unit: 'MiB',
      target: { of: 'measured', at: 'most', value: 450 },
    },
  ];
}

/** Whether the collection gives back what was pushed. */
export function foundRow(found: number, pushed: number): Row {
  return {
    name: 'found',
    what: 'objects found by following next (base: objects pushed)',
    measured: found,
    unit: 'objects',
    ceiling: pushed,
    target: { of: 'ratio', at: 'exactly', value: 1 },
  };
}

export async function drainRows(client: Client, target: Target, known: Walk, ceilings: Ceilings): Promise<Row[]> {
  const rows: Row[] = [];
  for (const limit of LIMITS) {
    const progress = startProgress(`drain at limit ${limit}`, WALKS * known.objects);
    const rates: number[] = [];
    for (let i = 0; i < WALKS; i++) {
      const { ms } = await walk(client, target, limit, false, progress);
      rates.push((known.objects / ms) * 1000);
    }
    progress.done();
    const ceiling = ceilings.store?.walkPerSecond.get(limit);
    rows.push({
      name: `drain-${limit}`,
      what: `drain at limit ${limit}, one client (ceiling: raw page read)`,
      measured: median(rates),
      unit: 'objects/s',
      ...(ceiling === undefined ? {} : { ceiling }),
      ...(limit === 1000 ? { target: { of: 'measured', at: 'least', value: 150_000 } } : {}),
    });
  }
  return rows;
}

/** What the pages are filtered by, each on its way through other ranges of the indexes. */
const FILTERS: readonly (readonly [name: string, query: Readonly<Record<string, string>>])[] = [
  ['no filter', {}],
  ['one type', { 'match[type]': 'indicator' }],
  ['five types', { 'match[type]': 'indicator,malware,report,file,url' }],
  ['spec version', { 'match[spec_version]': '2.1' }],
  ['all versions', { 'match[version]': 'all' }],
  ['first versions', { 'match[version]': 'first' }],
  ['first versions of one type', { 'match[version]': 'first', 'match[type]': 'indicator' }],
];

/** The first and the last full page, for each combination of filters. */
export async function pageRows(client: Client, target: Target): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, query] of FILTERS) {
    const progress = startProgress(`last page, ${name}`, 0);
    const { first, lastFull } = await walk(client, target, PAGE_LIMIT, false, progress, query);
    progress.done();
    const [firstMs = Number.NaN, lastMs = Number.NaN] = await medianTimes(client, [first, lastFull], PAGES);
    rows.push({
      name: `page-last-${name.replaceAll(' ', '-')}`,
      what: `last full page at limit ${PAGE_LIMIT}, ${name} (base: first page)`,
      measured: lastMs,
      unit: 'ms',
      ceiling: firstMs,
      target: { of: 'ratio', at: 'most', value: 1.2 },
    });
  }
  return rows;
}

/** Each poll alone, then all in equal parts. */
export async function pollRows(
  client: Client,
  target: Target,
  positions: Positions,
  ceilings: Ceilings,
): Promise<Row[]> {
  const rows: Row[] = [];
  let mixedCostMs = 0;
  const aloneMs = durationFor(positions.objects, POLL_MS);
  const mixedMs = durationFor(positions.objects, MIXED_MS);
  const pathOf = pollPaths(target, positions);
  for (const poll of POLLS) {
    const progress = timedProgress(`polls: ${POLL_TITLES[poll]}`, aloneMs);
    const rate = await rateOf(client, POLLERS, aloneMs, () => pathOf(poll));
    progress.done();
    const costMs = (ceilings.store?.pollReadMs.get(poll) ?? 0) + ceilings.http.costMs(rate.bytes);
    mixedCostMs += costMs;
    rows.push(requestRow(`poll-${poll}`, `polls: ${POLL_TITLES[poll]}`, rate, 1000 / costMs));
  }
  const progress = timedProgress('polls: all in equal parts', mixedMs);
  const rate = await rateOf(client, POLLERS, mixedMs, mixedPath(pathOf));
  progress.done();
  const what = `polls: all in equal parts, ${POLLERS} pollers (ceiling: raw reads + ready answers)`;
  rows.push(requestRow('poll-mixed', what, rate, (1000 * POLLS.length) / mixedCostMs));
  return rows;
}

/** The mixed polls while one partner pushes at full speed, and that push, each beside what it was alone. */
export function busyRows({ polls, objectsPerSecond }: BusyResult, pollsAlone: number, ingestAlone: number): Row[] {
  const what = 'polls: all in equal parts, while one partner pushes (base: without)';
  return [
    { ...requestRow('busy-polls', what, polls, pollsAlone), target: { of: 'ratio', at: 'least', value: 0.5 } },
    {
      name: 'busy-ingest',
      what: 'ingest meanwhile (base: ingest alone)',
      measured: objectsPerSecond,
      unit: 'objects/s',
      ceiling: ingestAlone,
      target: { of: 'ratio', at: 'least', value: 0.5 },
    },
  ];
}

export function httpRows({ tiny, page }: HttpCeiling): Row[] {
  return [
    requestRow('http-tiny', 'load generator on Fastify, ready answer of 4 bytes', tiny),
    requestRow('http-page', 'load generator on Fastify, ready answer of 79 kB', page),
  ];
}

function requestRow(
  name: string,
  what: string,
  { perSecond, p50Ms, p99Ms }: { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number },
  ceiling?: number,
): Row {
  const row = { name, what, measured: perSecond, unit: 'requests/s', p50Ms, p99Ms } as const;
  return ceiling === undefined ? row : { ...row, ceiling };
}
