import { Skipped } from '../check.ts';
import type { RunOptions } from '../run.ts';
import { BOUNDS } from '../run.ts';
import { Session } from '../session.ts';
import { survey, type Target } from '../target.ts';
import { Wire } from '../wire.ts';
import { cleanUp } from '../write.ts';
import { type Client, type Credentials, GaveUp, Replay, type Step } from './client.ts';
import { ELASTIC, OPENCTI, QRADAR, SENTINEL, XSOAR } from './pulling.ts';
import { MISP, SPLUNK } from './pushing.ts';
import { TAXII2_CLIENT } from './taxii2-client.ts';

export const CLIENTS: readonly Client[] = [SENTINEL, SPLUNK, QRADAR, ELASTIC, XSOAR, OPENCTI, MISP, TAXII2_CLIENT];

export interface ClientReport {
  readonly client: Client;
  readonly target: Target;
  readonly works: boolean;
  readonly steps: readonly Step[];
  readonly settings: readonly (readonly [field: string, value: string])[];
  readonly left: readonly string[];
}

/**
 * Does what a client does, and says whether it would work.
 * @throws {AppError} config.invalid, target.unusable
 */
export async function replayClient(client: Client, options: RunOptions): Promise<ClientReport> {
  const bounds = { ...BOUNDS, ...options.bounds };
  using wire = new Wire({ ...options, timeoutMs: bounds.timeoutMs, maxBodyBytes: bounds.maxBodyBytes });
  const { authorization, signal } = options;
  const session = new Session({
    wire,
    authorization,
    certificate: options.cert !== undefined,
    maxRequests: bounds.maxRequests,
    deadline: Date.now() + bounds.timeMs,
    signal,
    onAnswer: () => undefined,
  });
  const target = await survey(options, (url) => session.request('GET', url));
  const replay = new Replay(session, target);
  let reason: string | undefined;
  let left: readonly string[] = [];
  try {
    await client.replay(replay);
  } catch (error) {
    if (!(error instanceof GaveUp) && !(error instanceof Skipped)) throw error;
    reason = error.message;
  } finally {
    if (target.writing !== undefined) left = await cleanUp(session, target.writing.url);
  }
  const steps = [...replay.steps];
  if (reason !== undefined && steps.every(({ flaws }) => flaws.length === 0))
    steps.push({ title: reason, flaws: [{ expected: reason, answer: undefined, found: undefined }] });
  const works = steps.every(({ flaws }) => flaws.length === 0);
  const settings = client.settings(target, kindOf(authorization));
  return { client, target, works, steps, settings, left };
}

function kindOf(authorization: string | undefined): Credentials {
  if (authorization === undefined) return 'none';
  return /^basic /i.test(authorization) ? 'basic' : 'token';
}
