import type { Comparison } from '../stix/pattern/ast.ts';
import { type PatternSink, type PatternVersion, parseInto } from '../stix/pattern/parser.ts';

const KINDS: Readonly<Record<string, string>> = {
  'ipv4-addr': 'ip',
  'ipv6-addr': 'ip',
  'domain-name': 'domain',
  'email-addr': 'email',
  'email-message': 'email',
};

const nothing = (): void => undefined;

/** What the comparisons of a STIX pattern look at, each once; nothing where the pattern cannot be read. */
export function observableKinds(pattern: string, version: PatternVersion): readonly string[] {
  const kinds = new Set<string>();
  const sink: PatternSink = {
    comparison: (comparison) => void kinds.add(kindOf(comparison)),
    joinComparisons: nothing,
    groupComparisons: nothing,
    observation: nothing,
    joinObservations: nothing,
    groupObservations: nothing,
    qualifier: nothing,
  };
  return parseInto(pattern, sink, undefined, version).error === undefined ? [...kinds] : [];
}

function kindOf({ path: { type, steps } }: Comparison): string {
  const [first] = steps;
  if (type === 'file' && first?.kind === 'name' && first.name === 'hashes') return 'file-hash';
  return KINDS[type] ?? type;
}
