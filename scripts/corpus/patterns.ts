import { join } from 'node:path';
import { checkPattern } from '../../src/stix/pattern/check.ts';
import { lines } from './cases.ts';
import { Disagreements, type Part, Table } from './report.ts';

interface PatternCase {
  readonly id: string;
  readonly pattern: string;
  readonly expected: 'valid' | 'invalid';
  readonly doubt?: readonly string[];
}

/** `patterns.ndjson`, the doubtful ones apart. */
export function patterns(folder: string): Part[] {
  const all = lines<PatternCase>(join(folder, 'patterns.ndjson'));
  const table = new Table();
  const doubts = new Table();
  const disagreements = new Disagreements();
  let sure = 0;
  for (const { id, pattern, expected, doubt = [] } of all) {
    const faults = checkPattern(pattern).filter(({ severity }) => severity === 'error');
    const verdict = faults.length > 0 ? 'refused' : 'accepted';
    if (doubt.length > 0) {
      doubts.add(`${doubt.join(', ')} (oracle: ${expected})`, verdict);
      continue;
    }
    sure++;
    table.add(`oracle: ${expected}`, verdict);
    if ((verdict === 'refused') === (expected === 'invalid')) continue;
    disagreements.add(
      id,
      undefined,
      `${expected}; we: ${verdict} ${faults[0]?.message ?? ''} ${pattern.slice(0, 100)}`,
    );
  }
  const agreed = sure - disagreements.open.length;
  return [
    {
      title: 'Patterns without doubt',
      table,
      ...disagreements,
      targets: [[`${agreed} of ${sure} patterns are judged as the oracle does (all)`, agreed === sure]],
    },
    {
      title: `Doubtful patterns, ${all.length - sure}; docs/validation.md decides each kind`,
      table: doubts,
      decided: new Map(),
      open: [],
      targets: [],
    },
  ];
}
