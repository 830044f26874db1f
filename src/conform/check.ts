import type { Answer } from './answer.ts';
import type { EndpointKind } from './endpoint.ts';
import type { Probe } from './probe.ts';

/** What a check needs beside a server: without it, it is passed over with a reason. */
export type Need =
  /** A collection that may be read. */
  | 'read'
  /** A collection to read with at least three object versions in it. */
  | 'sample'
  /** A collection that the caller allowed to write into, and objects of the suite in it. */
  | 'write'
  /** The suite's own objects can be read back. */
  | 'known'
  /** Credentials. */
  | 'credentials'
  /** https. */
  | 'tls';

/** One thing that a server did otherwise than the standard says. */
export interface Flaw {
  readonly expected: string;
  readonly answer: Answer | undefined;
  /** What is wrong with the answer, where its status and headers do not show it. */
  readonly found: string | undefined;
}

interface Common {
  readonly id: string;
  /** Further rows that it shows. */
  readonly also: readonly string[];
  readonly title: string;
}

/** Sends requests and judges what comes back. */
export interface Check extends Common {
  readonly needs: readonly Need[];
  run(probe: Probe): Promise<void>;
}

/** Looks at every answer of the whole run. */
export interface Watch extends Common {
  /** @returns true when all is well, what was expected when not, undefined when it has nothing to say */
  see(answer: Answer, kind: EndpointKind): true | string | undefined;
}

export interface Options {
  readonly also?: readonly string[];
  readonly needs?: readonly Need[];
}

export function check(id: string, title: string, run: Check['run'], { also = [], needs = [] }: Options = {}): Check {
  return { id, title, run, also, needs };
}

export function watch(id: string, title: string, see: Watch['see'], also: readonly string[] = []): Watch {
  return { id, title, see, also };
}

/** Thrown when a check cannot say anything about this server. */
export class Skipped extends Error {}

/** Thrown when a check found a flaw after which it makes no sense to go on. */
export class Stopped extends Error {}
