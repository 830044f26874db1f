import { createAuthenticator } from '../src/auth/authenticate.ts';
import { decide } from '../src/sharing/decide.ts';
import { readCatalogue } from '../src/store/sqlite/catalogue.ts';
import { openReader } from '../src/store/sqlite/connection.ts';
import { statementsOf } from '../src/store/sqlite/statements.ts';
import { systemClock } from '../src/time.ts';
import type { Hub } from './hub.ts';
import { type Client, openClient } from './load/client.ts';
import { type Walk, walk } from './load/drain.ts';
import { median, rateOf } from './load/measure.ts';
import { POLLERS } from './load/polls.ts';
import { getPage, objectsPath, type Target } from './load/target.ts';
import { processorMs } from './processor.ts';
import { startProgress, timedProgress } from './progress.ts';
import type { Row } from './table.ts';

/** What reading costs beside the plain poll: hidden objects, access, connections. */

const LIMIT = 1000;
const WALKS = 3;

interface Reader {
  readonly client: Client;
  readonly target: Target;
}

/** Walks in turn, so that both meet the same conditions. */
export async function hiddenRows(all: Reader & { readonly walked: Walk }, half: Reader): Promise<Row[]> {
  const progress = startProgress('drain with half hidden', 2 * WALKS * all.walked.objects);
  const seen = await walk(half.client, half.target, LIMIT, true, progress);
  const rates: [number[], number[]] = [[], []];
  for (let i = 0; i < WALKS; i++) {
    const whole = await walk(all.client, all.target, LIMIT, false, progress);
    const part = await walk(half.client, half.target, LIMIT, false, progress);
    rates[0].push((all.walked.objects / whole.ms) * 1000);
    rates[1].push((seen.objects / part.ms) * 1000);
  }
  progress.done();
  const share = Math.round((100 * seen.objects) / all.walked.objects);
  return [
    {
      name: 'drain-half-hidden',
      what: `drain at limit ${LIMIT}, types and TLP leave ${share} % visible, per visible object (base: all visible)`,
      measured: median(rates[1]),
      unit: 'objects/s',
      ceiling: median(rates[0]),
      target: { of: 'ratio', at: 'least', value: 0.8 },
    },
    {
      name: 'short-pages-half-hidden',
      what: 'pages of it before the last that were not full',
      measured: seen.shortPages,
      unit: 'pages',
      target: { of: 'measured', at: 'exactly', value: 0 },
    },
  ];
}

const POLL_MS = 1500;
const WARM_UP_MS = 500;
const DECISIONS = 20_000;

/**
 * What it takes to find out who asks and what it may see, as the hub does at each request, beside all that the hub does for
 * a poll with nothing new.
 */
export async function accessRow(hub: Hub, client: Client, { lastDate }: Walk): Promise<Row> {
  const target = hub.target('member', 'mixed');
  const poll = objectsPath(target, { added_after: lastDate });
  await costOf(hub.process.pid, client, POLLERS, poll);
  const pollMicros = await costOf(hub.process.pid, client, POLLERS, poll);
  return {
    name: 'access',
    what: 'authentication and decision, processor time (base: poll with nothing new)',
    measured: await accessMicros(hub.database, target),
    unit: 'µs',
    ceiling: pollMicros,
    target: { of: 'ratio', at: 'most', value: 0.1 },
  };
}

async function accessMicros(database: string, { authorization, collection: id }: Target): Promise<number> {
  const db = openReader(database);
  const catalogue = readCatalogue(statementsOf(db));
  db.close();
  const collection = catalogue.collection.get(id)?.value;
  if (collection === undefined) throw new Error(`The hub has no collection ${id}.`);
  const authenticator = createAuthenticator();
  const decideOnce = async (): Promise<void> => {
    const now = systemClock();
    const { principal } = await authenticator.authenticate({ authorization, address: '127.0.0.1' }, catalogue, now);
    if (decide(catalogue, principal, collection, 'read', now).kind !== 'allowed')
      throw new Error('The poller may not read.');
  };
  for (let i = 0; i < DECISIONS; i++) await decideOnce();
  const began = process.cpuUsage();
  for (let i = 0; i < DECISIONS; i++) await decideOnce();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / DECISIONS;
}

const MANY = 64;
const ROUNDS = 3;

/** The same poll over few connections, beside many that are idle, and over many. */
export async function connectionRows(hub: Hub, { lastDate }: Walk): Promise<Row[]> {
  const target = hub.target('member', 'mixed');
  const poll = objectsPath(target, { added_after: lastDate });
  const { pid } = hub.process;
  const costs: { readonly alone: number; readonly beside: number; readonly busy: number }[] = [];
  // In turn, so that all meet the same conditions.
  for (let i = 0; i < ROUNDS; i++) {
    await using few = openClient(target.origin, POLLERS, target.authorization);
    const alone = await costOf(pid, few, POLLERS, poll);
    await using many = openClient(target.origin, MANY, target.authorization);
    await Promise.all(Array.from({ length: MANY }, () => getPage(many, poll)));
    costs.push({
      alone,
      beside: await costOf(pid, few, POLLERS, poll),
      busy: await costOf(pid, many, MANY, poll),
    });
  }
  const row = (name: string, what: string, measured: readonly number[]): Row => ({
    name,
    what: `processor time of a poll with nothing new, ${what} (base: ${POLLERS} connections)`,
    measured: median(measured),
    unit: 'µs',
    ceiling: median(costs.map(({ alone }) => alone)),
    target: { of: 'ratio', at: 'most', value: 1.2 },
  });
  return [
    row(
      'connections-idle',
      `beside ${MANY} idle connections`,
      costs.map(({ beside }) => beside),
    ),
    row(
      'connections-busy',
      `over ${MANY} busy connections`,
      costs.map(({ busy }) => busy),
    ),
  ];
}

/** Processor time of a request in microseconds. */
async function costOf(pid: number, client: Client, pollers: number, path: string): Promise<number> {
  const progress = timedProgress('processor time of polls', WARM_UP_MS + POLL_MS);
  await rateOf(client, pollers, WARM_UP_MS, () => path);
  const before = processorMs(pid);
  const began = performance.now();
  const { perSecond } = await rateOf(client, pollers, POLL_MS, () => path);
  const requests = (perSecond * (performance.now() - began)) / 1000;
  progress.done();
  return (1000 * (processorMs(pid) - before)) / requests;
}
