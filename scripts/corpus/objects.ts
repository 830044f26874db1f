import type { Finding } from '../../src/stix/finding.ts';
import type { Decision } from './decisions.ts';
import { decisionAgainst, decisionFor, describe, judgementOf } from './judge.ts';

/** What the oracle says of a bundle: how many errors, and some of them in words, most without the object that has them. */
export interface OracleErrors {
  readonly count: number;
  readonly samples: readonly string[];
}

/** An object on which we and the oracle do not agree. */
export interface ObjectDisagreement {
  /** Its place in the bundle; where only the oracle complains, what it says. */
  readonly what: string;
  readonly decision: Decision | undefined;
  readonly details: string;
}

/**
 * Compares a bundle object by object, as far as the oracle's words go: each error of its own must be one that we find too,
 * and each object that we refuse must be one that it complains of. The latter only where all its errors are known.
 */
export function compareObjects(
  objects: readonly unknown[],
  findings: readonly Finding[],
  { count, samples }: OracleErrors,
): ObjectDisagreement[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const explains = (finding: Finding): boolean => samples.some((sample) => isAbout(sample, finding, objects));
  const unheard = samples.filter((sample) => !errors.some((finding) => isAbout(sample, finding, objects)));
  const missed = unheard.map((sample) => ({
    what: sample.slice(0, 120),
    decision: decisionAgainst('refuses', [sample]),
    details: 'we: accepted',
  }));
  if (count > samples.length) return missed;
  const byObject = Map.groupBy(errors, ({ path }) => path.split('/')[2] ?? '');
  const more = [...byObject].filter(([, own]) => !own.some(explains));
  const refused = more.map(([index, own]) => ({
    what: `/objects/${index}`,
    decision: decisionFor('accepts', own),
    details: `we: ${describe(judgementOf(own))}`,
  }));
  return [...missed, ...refused];
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const NAMED_OBJECT = new RegExp(`^([a-z0-9-]+--${UUID}): `, 'i');
const PLACE = /^([a-z0-9_]+(?:\[\d+\]|\.[\w-]+)*): /i;
const MISSING = /'(\w+)' is a required property$/;

/** Whether a complaint of the oracle can be about what a finding of ours is about. */
function isAbout(sample: string, { path, message, rule }: Finding, objects: readonly unknown[]): boolean {
  const [, , index = '', ...below] = path.split('/');
  const id = NAMED_OBJECT.exec(sample)?.[1];
  if (id !== undefined) return (objects[Number(index)] as { id?: unknown } | undefined)?.id === id;
  const missing = MISSING.exec(sample)?.[1];
  if (missing !== undefined) return rule === 'required-property' && message.includes(`"${missing}"`);
  const place = PLACE.exec(sample)?.[1];
  if (place === undefined) return true;
  const steps = place.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return steps.every((step, position) => below[position] === undefined || below[position] === step);
}
