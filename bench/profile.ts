import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { mixedData } from './data.ts';
import { HUB_LOG, type Hub, startHub } from './hub.ts';
import { type Client, openClient } from './load/client.ts';
import { walk } from './load/drain.ts';
import { type Envelopes, makeEnvelopes } from './load/envelopes.ts';
import { ingest } from './load/ingest.ts';
import { rateOf } from './load/measure.ts';
import { POLLERS, POLLS, type Poll, pollPaths } from './load/polls.ts';
import type { Target } from './load/target.ts';
import { flameGraph, summaryOf } from './profile/flame.ts';
import { attach, INSPECTED, type Inspector } from './profile/inspector.ts';
import { startProgress, timedProgress } from './progress.ts';

const HOME = new URL('../.bench/', import.meta.url).pathname;
const SEED = 20_240;
const POLL_MS = 4000;
const WARM_UP_MS = 1000;
/** Functions that are printed. */
const PRINTED = 15;

const LOADS = ['ingest', 'drain', 'mixed', ...POLLS] as const;
type Load = (typeof LOADS)[number];

const EXAMPLES = `
Examples:
  npm run bench:profile                                  ingest, drain and mixed polls at 20,000 objects
  npm run bench:profile -- --objects 100000 --only delta,by-id

Writes, for each load and thread of the hub, a flame graph (.svg, for any browser) and the profile itself (.cpuprofile, for the
developer tools of a browser) to .bench/profile/.`;

const { objects, only } = new Command('npm run bench:profile --')
  .description('Says where a hub under load spends its time.')
  .option('--objects <n>', 'objects to load', count, 20_000)
  .option('--only <loads>', `a list of ${LOADS.join(', ')}`, loads, ['ingest', 'drain', 'mixed'] satisfies Load[])
  .addHelpText('after', EXAMPLES)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse(process.argv)
  .opts<{ objects: number; only: Load[] }>();

const directory = join(HOME, `run-${process.pid}`);
const results = join(HOME, 'profile');
for (const path of [directory, results]) mkdirSync(path, { recursive: true });
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await using hub: Hub = await startHub(directory, INSPECTED);
using inspector = await attach(join(directory, HUB_LOG));
const target = hub.target('member', 'mixed');
await using client = openClient(target.origin, POLLERS, target.authorization);
await profileAll(inspector, client, target);

async function profileAll(inspector: Inspector, client: Client, target: Target): Promise<void> {
  const data = mixedData(SEED);
  const making = startProgress('making objects', objects);
  await using envelopes: Envelopes = await makeEnvelopes(join(directory, 'envelopes'), data, objects, making);
  making.done();
  const push = async (): Promise<void> => {
    const progress = startProgress('ingest over HTTP', objects);
    await ingest(client, target, envelopes, progress);
    progress.done();
  };
  if (only.includes('ingest')) await profile(inspector, 'ingest', push);
  else await push();
  const drain = () => walk(client, target, 1000, false, startProgress('drain', 0));
  const { dates, lastDate } = await drain();
  if (only.includes('drain'))
    await profile(inspector, 'drain', async () => {
      for (let i = 0; i < 5; i++) await drain();
    });
  const pathOf = pollPaths(target, { dates, lastDate, data, objects });
  for (const load of only) {
    if (load === 'ingest' || load === 'drain') continue;
    const polls: readonly Poll[] = load === 'mixed' ? POLLS : [load];
    const poll = async (ms: number): Promise<void> => {
      const progress = timedProgress(`polls: ${load}`, ms);
      await rateOf(client, POLLERS, ms, (poller, n) => pathOf(polls[(poller + n) % polls.length] as Poll));
      progress.done();
    };
    await poll(WARM_UP_MS);
    await profile(inspector, load, () => poll(POLL_MS));
  }
}

async function profile(inspector: Inspector, load: string, work: () => Promise<void>): Promise<void> {
  for (const { thread, profile } of await inspector.profile(work)) {
    const file = join(results, `${load}-${thread}`);
    writeFileSync(`${file}.cpuprofile`, JSON.stringify(profile));
    writeFileSync(`${file}.svg`, flameGraph(`${load}, thread ${thread}`, profile));
    const { busyMicros, own } = summaryOf(profile);
    console.log(`\n${load}, thread ${thread}: ${(busyMicros / 1000).toFixed(0)} ms busy; ${file}.svg`);
    for (const [name, micros] of own.slice(0, PRINTED))
      console.log(`${((100 * micros) / busyMicros).toFixed(1).padStart(6)} %  ${name}`);
  }
}

function count(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isSafeInteger(value) && value >= 1000) return value;
  throw new InvalidArgumentError('Expected a whole number from 1000.');
}

function loads(text: string): Load[] {
  const names = text.split(',');
  for (const name of names)
    if (!(LOADS as readonly string[]).includes(name))
      throw new InvalidArgumentError(`"${name}" is no load; the loads are ${LOADS.join(', ')}.`);
  return names as Load[];
}
