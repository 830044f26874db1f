import { setTimeout as wait } from 'node:timers/promises';
import { hashPassword, verifyPassword } from '../../src/auth/secrets.ts';
import { processorMs } from '../processor.ts';
import { timedProgress } from '../progress.ts';
import type { Row } from '../table.ts';
import { type Client, expectStatus, openClient } from './client.ts';
import { durationFor, median, quantile, rateOf } from './measure.ts';
import { POLLERS } from './polls.ts';
import { basic, getPage, objectsPath, type Target } from './target.ts';

const ROUND_MS = 500;
const ROUNDS = 10;
/** Fewer than lock an address, each at another account. */
const WRONG_PASSWORDS = 20;
const GUESSES = 10_000;
const GUESSERS = 8;

export interface SignInTargets {
  /** A collection that anybody may read, and a partner. */
  readonly open: Target;
  /** Another partner, whose password is guessed. */
  readonly guessed: string;
  /** Of the hub. */
  readonly pid: number;
  readonly lastDate: string;
  readonly objects: number;
}

/** What signing in adds to a poll, what a wrong password costs, and what guessing does to the polls of others. */
export async function signInRows({ open, guessed, pid, lastDate, objects }: SignInTargets): Promise<Row[]> {
  const { origin, authorization } = open;
  await using signedIn = openClient(origin, POLLERS, authorization);
  await using anonymous = openClient(origin, POLLERS);
  const roundMs = durationFor(objects, ROUND_MS);
  const delta = objectsPath(open, { added_after: lastDate });
  const page = objectsPath(open, { limit: 100 });
  return [
    await addedByBasic(signedIn, anonymous, pid, 'sign-in-delta', 'delta with nothing new', delta, roundMs),
    await addedByBasic(signedIn, anonymous, pid, 'sign-in-page', 'page of 100 objects', page, roundMs),
    await wrongPassword(origin, delta),
    ...(await guessing(
      signedIn,
      origin,
      guessed,
      delta,
      durationFor(objects, 3000),
      Math.round(durationFor(objects, GUESSES)),
    )),
  ];
}

/**
 * The same poll by the same pollers in turns, so that both meet the same conditions; the processor time that the hub takes
 * for one, which says more than the clock where other work runs beside.
 */
async function addedByBasic(
  signedIn: Client,
  anonymous: Client,
  pid: number,
  name: string,
  title: string,
  path: string,
  roundMs: number,
): Promise<Row> {
  const progress = timedProgress(`sign-in: ${title}`, 2 * ROUNDS * roundMs);
  const sums = { basic: { ms: 0, requests: 0 }, none: { ms: 0, requests: 0 } };
  for (let round = 0; round < ROUNDS; round++)
    for (const [client, sum] of [
      [anonymous, sums.none],
      [signedIn, sums.basic],
    ] as const) {
      const began = processorMs(pid);
      const { perSecond, elapsedMs } = await rateOf(client, POLLERS, roundMs, () => path);
      sum.ms += processorMs(pid) - began;
      sum.requests += (perSecond * elapsedMs) / 1000;
    }
  progress.done();
  return {
    name,
    what: `${title}, Basic from cache, processor time (base: without credentials)`,
    measured: sums.basic.ms / sums.basic.requests,
    unit: 'ms',
    ceiling: sums.none.ms / sums.none.requests,
    target: { of: 'ratio', at: 'most', value: 1.1 },
  };
}

async function wrongPassword(origin: string, path: string): Promise<Row> {
  const stored = await hashPassword('right');
  const times: number[] = [];
  const hashes: number[] = [];
  for (let i = 0; i < WRONG_PASSWORDS; i++) {
    await using client = openClient(origin, 1, basic(`nobody-${i}`, 'wrong'));
    const { ms, status } = await client.get(path);
    if (status !== 401) throw new Error(`A wrong password was answered with ${status}.`);
    times.push(ms);
    const began = performance.now();
    await verifyPassword('wrong', stored);
    hashes.push(performance.now() - began);
  }
  return {
    name: 'sign-in-wrong',
    what: 'a wrong password (base: one hash)',
    measured: median(times),
    unit: 'ms',
    ceiling: median(hashes),
    target: { of: 'ratio', at: 'most', value: 1.5 },
  };
}

/** Polls of one partner: alone, beside requests that anybody may make, and beside guesses at the password of another. */
async function guessing(
  polling: Client,
  origin: string,
  guessed: string,
  path: string,
  aloneMs: number,
  guesses: number,
): Promise<Row[]> {
  await using other = openClient(origin, GUESSERS);
  const alone = await pollUntil(polling, path, () => wait(aloneMs));
  const beside = await pollUntil(polling, path, () =>
    many(guesses, async () => void expectStatus(await other.get(path), 200, path)),
  );
  let hashed = 0;
  const besideGuesses = await pollUntil(polling, path, () =>
    many(guesses, async (n) => {
      const { status } = await other.get(path, basic(guessed, `guess ${n}`));
      if (status === 401) hashed += 1;
      else if (status !== 429) throw new Error(`A guess was answered with ${status}.`);
    }),
  );
  return [
    {
      name: 'guesses-hashed',
      what: `of ${guesses} guesses at one account those that cost a hash`,
      measured: hashed,
      unit: 'requests',
      target: { of: 'measured', at: 'most', value: 20 },
    },
    { name: 'polls-alone', what: 'polls of another partner, alone', ...alone },
    { name: 'polls-beside-polls', what: `the same beside ${guesses} polls of ${GUESSERS} clients`, ...beside },
    {
      name: 'polls-beside-guesses',
      what: `the same beside the guesses of ${GUESSERS} clients (base: beside polls)`,
      ...besideGuesses,
      ceiling: beside.measured,
    },
  ];
}

/** Two pollers, for as long as something else takes. */
async function pollUntil(
  client: Client,
  path: string,
  meanwhile: () => Promise<unknown>,
): Promise<Pick<Row, 'measured' | 'unit' | 'p50Ms' | 'p99Ms'>> {
  const times: number[] = [];
  let over = false;
  const poll = async (): Promise<void> => {
    while (!over) times.push((await getPage(client, path)).ms);
  };
  const began = performance.now();
  const ended = meanwhile().finally(() => {
    over = true;
  });
  await Promise.all([ended, poll(), poll()]);
  const perSecond = (times.length / (performance.now() - began)) * 1000;
  const sorted = Float64Array.from(times).sort();
  return { measured: perSecond, unit: 'requests/s', p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

async function many(count: number, request: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await request(next++);
  };
  await Promise.all(Array.from({ length: GUESSERS }, work));
}
