import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from './decisions.ts';
import {
  decisionAgainst,
  decisionFor,
  describe,
  type Judgement,
  judge,
  judgementOf,
  rulesFor,
  type Verdict,
} from './judge.ts';
import { Disagreements, type Part, Table } from './report.ts';

interface Case {
  readonly id: string;
  readonly object: unknown;
  readonly expected: 'valid' | 'invalid';
  readonly level: 'must' | 'should';
  readonly codes: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly doubt?: readonly string[];
}

/** The share of the cases with warnings that must have the matching one. */
const MATCHING = 0.98;

/** `validator-cases.ndjson`: cases without doubt, cases with options that mean something here, and the doubtful ones. */
export function cases(folder: string): Part[] {
  const all = lines<Case>(join(folder, 'validator-cases.ndjson'));
  const plain = all.filter(({ options }) => Object.keys(options).length === 0);
  return [
    compare('Cases without doubt, default options', plain.filter(sure), judgeCase),
    compare(
      'Cases with options that our levels know',
      all.filter((one) => sure(one) && hasKnownOptions(one)),
      judgeWithOptions,
    ),
    doubtful(plain.filter((one) => !sure(one))),
  ];
}

export function lines<Line>(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function sure({ doubt }: { readonly doubt?: readonly string[] }): boolean {
  return (doubt ?? []).length === 0;
}

function judgeCase({ object }: Case): Judgement {
  return judge(object);
}

type Kind = 'must' | 'should' | 'clean';

function compare(title: string, chosen: readonly Case[], judgeOne: (one: Case) => Judgement): Part {
  const table = new Table();
  const disagreements = new Disagreements();
  const tallies: Record<Kind, Tally> = { must: tally(), should: tally(), clean: tally() };
  for (const one of chosen) {
    const judgement = judgeOne(one);
    const kind = kindOf(one);
    table.add(`oracle: ${kind}`, judgement.verdict);
    tallies[kind].all++;
    const missing = kind === 'should' ? missingCodes(one, judgement) : [];
    const agreed = missing.length === 0 && (kind === 'should' || judgement.verdict === WANTED[kind]);
    if (agreed) tallies[kind].agreed++;
    if (agreed && judgement.verdict === WANTED[kind]) continue;
    const decision = missing.length > 0 ? decisionAgainst('warns', missing) : decisionOn(kind, judgement);
    if (!agreed && decision) tallies[kind].decided++;
    disagreements.add(one.id, decision, `${kind} ${one.codes.join(', ')}; we: ${describe(judgement)}`);
  }
  return {
    title,
    table,
    ...disagreements,
    targets: [
      target(tallies.must, '"must" cases are refused', 1),
      target(tallies.clean, 'clean cases are accepted without a warning', 1),
      target(tallies.should, '"should" cases have the matching warning', MATCHING),
    ],
  };
}

/** Cases of a kind: where we agree, and where we do not but the standard is on our side. */
interface Tally {
  all: number;
  agreed: number;
  decided: number;
}

function tally(): Tally {
  return { all: 0, agreed: 0, decided: 0 };
}

function target({ all, agreed, decided }: Tally, what: string, share: number): readonly [string, boolean] {
  const rest = decided > 0 ? `, for ${decided} more the standard decides` : '';
  return [`${agreed} of ${all} ${what}${rest} (target: ${share * 100} %)`, agreed + decided >= all * share];
}

const WANTED: Readonly<Record<Kind, Verdict>> = { must: 'refused', should: 'warned', clean: 'accepted' };

function missingCodes({ codes }: Case, { findings }: Judgement): string[] {
  return codes.filter((code) => !findings.some(({ rule }) => rulesFor(code).includes(rule)));
}

function decisionOn(kind: Kind, { verdict, findings }: Judgement): Decision | undefined {
  if (kind === 'must' || verdict !== 'refused') return undefined;
  return decisionFor(kind === 'clean' ? 'accepts' : 'warns', findings);
}

function kindOf({ level, expected }: Case): Kind {
  return level === 'must' ? 'must' : expected === 'invalid' ? 'should' : 'clean';
}

/** Each kind of doubt is decided in docs/validation.md; here only what we say. */
function doubtful(chosen: readonly Case[]): Part {
  const table = new Table();
  for (const one of chosen) table.add(`${one.doubt?.join(', ')} (oracle: ${kindOf(one)})`, judge(one.object).verdict);
  return {
    title: `Doubtful cases, ${chosen.length}; docs/validation.md decides each kind`,
    table,
    decided: new Map(),
    open: [],
    targets: [],
  };
}

/**
 * Options that leave out checks. That custom content is refused however it is declared, as strict_types and
 * strict_properties have it, is nothing that our levels know; nor are two degrees of how a custom name must begin.
 */
function hasKnownOptions({ options }: Case): boolean {
  const names = Object.keys(options);
  const { disabled } = options;
  return (
    names.length === 1 && Array.isArray(disabled) && !disabled.some((name) => String(name).startsWith('custom-prefix'))
  );
}

const GROUPS: Readonly<Record<string, RegExp>> = {
  'format-checks': /^1/,
  'approved-values': /^2/,
  'all-vocabs': /^2[1-4]/,
  'all-external-sources': /^27/,
};

function judgeWithOptions({ object, options }: Case): Judgement {
  const disabled = Array.isArray(options.disabled) ? options.disabled.map(String) : [];
  const skipped = new Set(disabled.flatMap((name) => codesOf(name).flatMap(rulesFor)));
  return judgementOf(judge(object).findings.filter(({ rule, severity }) => severity === 'error' || !skipped.has(rule)));
}

const CHECKS = new Map<string, string>();

/** Names of the oracle's checks by code; a group stands for the codes that begin alike. */
export function nameChecks(folder: string): void {
  const { should } = JSON.parse(readFileSync(join(folder, 'checks.json'), 'utf8')) as {
    should: { code: string; check: string }[];
  };
  for (const { code, check } of should) CHECKS.set(check, code);
}

function codesOf(name: string): string[] {
  const group = GROUPS[name];
  if (group) return [...CHECKS.values()].filter((code) => group.test(code));
  const code = CHECKS.get(name);
  return code === undefined ? [] : [code];
}
