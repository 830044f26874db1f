import { type PatternFinding, type PatternRuleId, patternFinding } from './rules.ts';

/** Tells one finding at an offset of the pattern. */
export type Report = (rule: PatternRuleId, offset: number, message: string) => void;

/** Enough for a person; more would only cost memory when a hostile pattern has a fault in each comparison. */
const MOST_OF_ONE_SEVERITY = 50;

/** Collects findings: the same message of one rule is told once, at its first place. */
export function collector(): { report: Report; findings: () => PatternFinding[] } {
  const found: PatternFinding[] = [];
  const seen = new Set<string>();
  const counts = { error: 0, warning: 0 };
  return {
    report(rule, offset, message) {
      const key = `${rule} ${message}`;
      const finding = patternFinding(rule, offset, message);
      if (counts[finding.severity] >= MOST_OF_ONE_SEVERITY || seen.has(key)) return;
      counts[finding.severity]++;
      seen.add(key);
      found.push(finding);
    },
    findings: () => found.sort((a, b) => a.offset - b.offset),
  };
}
