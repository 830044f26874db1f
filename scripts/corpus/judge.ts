import type { Finding } from '../../src/stix/finding.ts';
import { validate } from '../../src/stix/validate.ts';
import codes from './codes.json' with { type: 'json' };
import { DECISIONS, type Decision } from './decisions.ts';

export type Verdict = 'accepted' | 'warned' | 'refused';

/** What we say of a value: the verdict, and why. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

export function judge(value: unknown): Judgement {
  return judgementOf(validate(value));
}

export function judgementOf(findings: readonly Finding[]): Judgement {
  const refused = findings.some(({ severity }) => severity === 'error');
  return { verdict: refused ? 'refused' : findings.length > 0 ? 'warned' : 'accepted', findings };
}

/** The rules that match a code of the oracle. */
export function rulesFor(code: string): readonly string[] {
  return new Map<string, readonly string[]>(Object.entries(codes)).get(code) ?? [];
}

/** Why the standard is on our side where we refuse what the oracle does not; undefined when no decision covers all of it. */
export function decisionFor(oracle: Decision['oracle'], findings: readonly Finding[]): Decision | undefined {
  const told = findings.filter(({ severity }) => severity === 'error');
  const fitting = DECISIONS.filter((decision) => decision.oracle === oracle && decision.we === 'refuse');
  const decisionOn = ({ rule, message: said }: Finding): Decision | undefined =>
    fitting.find(({ rules, message }) => rules.includes(rule) && (message?.test(said) ?? true));
  const [first] = told;
  return first && told.every(decisionOn) ? decisionOn(first) : undefined;
}

/** Why the standard is on our side where the oracle alone complains. */
export function decisionAgainst(oracle: Decision['oracle'], complaints: readonly string[]): Decision | undefined {
  const fitting = DECISIONS.filter((decision) => decision.oracle === oracle && decision.complaint);
  const matches = (complaint: string): Decision | undefined =>
    fitting.find((decision) => decision.complaint?.test(complaint));
  return complaints.length > 0 && complaints.every(matches) ? matches(complaints[0] ?? '') : undefined;
}

export function describe({ verdict, findings }: Judgement): string {
  const shown = findings.slice(0, 3).map(({ rule, path, message }) => `${rule} ${path}: ${message.slice(0, 120)}`);
  const more = findings.length > shown.length ? ` and ${findings.length - shown.length} more` : '';
  return `${verdict}${shown.length > 0 ? ` (${shown.join('; ')}${more})` : ''}`;
}
