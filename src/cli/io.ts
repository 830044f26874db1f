import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../config.ts';

/** What a command reads from and prints to. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Environment;
}

export type Output = Writable & { readonly isTTY?: boolean };

/** Whoever read the output went away: there is nobody left to tell anything. */
export class OutputClosed extends Error {}

/** Outputs that failed. The standard streams of a process do not remember it themselves. */
const failed = new WeakSet<Output>();

/** Meets faults of an output where it is written; without a listener they would end the process. */
export function watch<T extends Output>(output: T): T {
  output.on('error', () => failed.add(output));
  return output;
}

/**
 * Writes and waits until the reader has kept up, so that a slow one never makes the output pile up in memory.
 * @throws {OutputClosed}
 */
export async function write(output: Output, text: string): Promise<void> {
  if (failed.has(output)) throw new OutputClosed();
  if (!output.write(text)) await once(output, 'drain').catch(() => failed.add(output));
}

export async function writeLine(output: Output, text: string): Promise<void> {
  await write(output, `${text}\n`);
}

/** One document on one line. */
export async function writeJson(output: Output, value: unknown): Promise<void> {
  await writeLine(output, JSON.stringify(value));
}

/** `1 object`, `2 objects` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
