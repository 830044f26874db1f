import type { Answer } from './answer.ts';
import { type Check, type Flaw, type Need, Skipped, Stopped, type Watch } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { type EndpointKind, endpointOf } from './endpoint.ts';
import { type Gathered, gather } from './gather.ts';
import { Probe } from './probe.ts';
import { binds } from './requirements.ts';
import type { Sample } from './sample.ts';
import { Session } from './session.ts';
import { survey, type Target, type Wanted } from './target.ts';
import { tour } from './tour.ts';
import { Wire, type WireOptions } from './wire.ts';
import { cleanUp } from './write.ts';

export interface Bounds {
  readonly maxRequests: number;
  /** Of the whole run. */
  readonly timeMs: number;
  /** Of one request. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly maxBodyBytes: number;
}

/** What a run may take at most. */
export const BOUNDS: Bounds = { maxRequests: 3000, timeMs: 10 * 60_000, timeoutMs: 30_000, maxBodyBytes: 32 << 20 };

export interface RunOptions extends Wanted, Pick<WireOptions, 'ca' | 'cert' | 'key' | 'insecure'> {
  /** The value of the Authorization header. */
  readonly authorization?: string | undefined;
  /** Only checks that show one of these rows. */
  readonly only?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default those of the suite. */
  readonly bounds?: Partial<Bounds> | undefined;
  readonly progress?: (done: number, total: number) => void;
}

export type Verdict = 'pass' | 'fail' | 'warn' | 'skip';

export interface Result {
  readonly id: string;
  readonly also: readonly string[];
  readonly title: string;
  readonly verdict: Verdict;
  /** Why it was passed over. */
  readonly reason: string | undefined;
  readonly flaws: readonly Flaw[];
}

export interface Report {
  readonly target: Target;
  readonly results: readonly Result[];
  readonly notes: readonly string[];
  /** Ids of the suite's own objects that could not be deleted. */
  readonly left: readonly string[];
  /** Why the run ended before its checks did. */
  readonly ended: string | undefined;
  readonly requests: number;
  readonly milliseconds: number;
}

/**
 * Holds a server against the standard.
 * @throws {AppError} config.invalid, target.unusable
 */
export async function conform(options: RunOptions): Promise<Report> {
  const startAt = performance.now();
  const bounds = { ...BOUNDS, ...options.bounds };
  const chosen = CHECKS.filter(({ id, also }) => isWanted([id, ...also], options.only));
  const watches = new Watches(chosen.filter((each) => 'see' in each));
  let roots: readonly string[] = [];
  using wire = new Wire({ ...options, timeoutMs: bounds.timeoutMs, maxBodyBytes: bounds.maxBodyBytes });
  const session = new Session({
    wire,
    authorization: options.authorization,
    certificate: options.cert !== undefined,
    maxRequests: bounds.maxRequests,
    deadline: Date.now() + bounds.timeMs,
    signal: options.signal,
    onAnswer: (answer) => watches.show(answer, endpointOf(answer.sent.url, roots)),
  });
  let target = await survey(options, (url) => session.request('GET', url));
  roots = [...target.roots, target.root];
  const steps = chosen.filter((each) => 'run' in each);
  const results: Result[] = [];
  const notes: string[] = [];
  let left: readonly string[] = [];
  let ended: string | undefined;
  try {
    const gathered = await gather(session, target, options.collection !== undefined).catch(unlessBounded);
    const { sample, reading = target.reading } = gathered;
    target = { ...target, reading };
    notes.push(...gathered.notes);
    if (watches.size > 0) await tour(new Probe(session, target, sample)).catch(unlessBounded);
    for (const [index, step] of steps.entries()) {
      results.push(await judge(step, session, target, sample));
      options.progress?.(index + 1, steps.length);
    }
    ended = session.exhausted;
  } finally {
    if (target.writing !== undefined) left = await cleanUp(session, target.writing.url);
  }
  results.push(...watches.results());
  const rank = new Map(CHECKS.map(({ id, title }, index) => [`${id} ${title}`, index]));
  const rankOf = ({ id, title }: Result): number => rank.get(`${id} ${title}`) ?? 0;
  results.sort((a, b) => rankOf(a) - rankOf(b));
  return { target, results, notes, left, ended, requests: session.requests, milliseconds: performance.now() - startAt };
}

function isWanted(rows: readonly string[], only: readonly string[] | undefined): boolean {
  return only === undefined || rows.some((row) => only.includes(row));
}

function unlessBounded(error: unknown): Gathered {
  if (error instanceof Skipped || error instanceof Stopped) return { sample: undefined, reading: undefined, notes: [] };
  throw error;
}

async function judge(check: Check, session: Session, target: Target, sample: Sample | undefined): Promise<Result> {
  const { id, also, title, needs } = check;
  const result = (verdict: Verdict, flaws: readonly Flaw[], reason?: string): Result => ({
    id,
    also,
    title,
    verdict,
    reason,
    flaws,
  });
  const lacking = needs.map((need) => lackOf(need, session, target, sample)).find((reason) => reason !== undefined);
  if (lacking !== undefined) return result('skip', [], lacking);
  const probe = new Probe(session, target, sample);
  let reason: string | undefined;
  try {
    await check.run(probe);
  } catch (error) {
    if (error instanceof Skipped) reason = error.message;
    else if (!(error instanceof Stopped)) throw error;
  }
  if (probe.flaws.length > 0) return result(binds(id) ? 'fail' : 'warn', probe.flaws);
  return reason === undefined ? result('pass', []) : result('skip', [], reason);
}

function lackOf(
  need: Need,
  { authorization, certificate }: Session,
  { reading, writing, origin }: Target,
  sample: Sample | undefined,
): string | undefined {
  const written = writing === undefined ? 'needs --write-collection' : undefined;
  switch (need) {
    case 'read':
      return reading === undefined ? 'no collection may be read' : undefined;
    case 'sample':
      return sample === undefined ? 'no collection with at least three objects can be read' : undefined;
    case 'write':
      return written;
    case 'known':
      return (
        written ??
        (sample?.known === true ? undefined : 'the objects of the suite were not stored, or cannot be read back')
      );
    case 'credentials':
      return authorization === undefined && !certificate ? 'needs credentials' : undefined;
    case 'tls':
      return origin.startsWith('https:') ? undefined : 'the server was reached over plain HTTP';
  }
}

/** The watches of a run with what they saw. */
class Watches {
  readonly #seen: Map<Watch, { count: number; flaws: Flaw[] }>;

  constructor(watches: readonly Watch[]) {
    this.#seen = new Map(watches.map((each) => [each, { count: 0, flaws: [] }]));
  }

  get size(): number {
    return this.#seen.size;
  }

  show(answer: Answer, kind: EndpointKind): void {
    if (answer.status === 0) return;
    for (const [each, seen] of this.#seen) {
      const said = each.see(answer, kind);
      if (said === undefined) continue;
      seen.count += 1;
      if (said !== true && seen.flaws.length < 3) seen.flaws.push({ expected: said, answer, found: undefined });
    }
  }

  results(): Result[] {
    return [...this.#seen].map(([{ id, also, title }, { count, flaws }]) => ({
      id,
      also,
      title,
      verdict: flaws.length > 0 ? (binds(id) ? 'fail' : 'warn') : count > 0 ? 'pass' : 'skip',
      reason: count === 0 ? 'no answer of this kind was seen' : undefined,
      flaws,
    }));
  }
}
