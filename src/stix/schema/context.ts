import type { Finding } from '../finding.ts';

/** Findings that one object can have; what is found afterwards is not reported, so that hostile input cannot fill the memory. */
export const MAX_FINDINGS = 100;

/** Where the check stands in the object, and what it found so far. */
export interface Context {
  readonly path: (string | number)[];
  readonly findings: Finding[];
  /** Above zero while an alternative is only tried: nothing is reported then. */
  silent: number;
}

/** Checks one value; false when it has an error. Warnings are reported only. */
export type Check = (value: unknown, context: Context) => boolean;

export function newContext(): Context {
  return { path: [], findings: [], silent: 0 };
}

/** What a finding says beside its place. */
export interface Complaint {
  readonly rule: string;
  readonly section: string;
  readonly message: string;
  readonly severity: Finding['severity'];
}

/** Adds a finding where the check stands, or at a path, unless an alternative is only tried or there are enough already. */
export function report(context: Context, complaint: Complaint, path = pointer(context.path)): void {
  if (context.silent > 0 || context.findings.length >= MAX_FINDINGS) return;
  const { rule, section, message, severity } = complaint;
  context.findings.push({ path, rule, severity, message, section });
}

/** True when looking further has no use: an error is known while trying an alternative, or there are enough findings. */
export function sated(context: Context): boolean {
  return context.silent > 0 || context.findings.length >= MAX_FINDINGS;
}

/** Tries a check in silence. */
export function holds(check: Check, value: unknown, context: Context): boolean {
  context.silent++;
  const sound = check(value, context);
  context.silent--;
  return sound;
}

/** Source: RFC 6901 §4 */
export function pointer(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    text += typeof part === 'number' ? `/${part}` : `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return text;
}
