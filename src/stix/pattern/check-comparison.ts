import { type Comparison, type Literal, pathText } from './ast.ts';
import { checkConstant, checkIndex, checkSpelling } from './check-constant.ts';
import type { Report } from './findings.ts';
import { fitsForm, hashForm, listedAlgorithm } from './hashes.ts';
import { networkVersion } from './network.ts';
import { type Destination, follow } from './paths.ts';
import { regexFault } from './regex.ts';
import type { ValueKind } from './shapes.ts';
import { listed, quoted } from './syntax-error.ts';

/** What is said about a constant or a property of each kind. */
const KIND_WORDS = {
  string: 'a string',
  hash: 'a string',
  integer: 'an integer',
  float: 'a float',
  boolean: 'a boolean',
  timestamp: "a timestamp (t'…')",
  hex: "hexadecimal data (h'…')",
  binary: "binary data (b'…')",
} as const satisfies Record<ValueKind, string>;

/** What the text of the standard demands of one comparison beyond the grammar. Source: STIX 2.1 §9.2, §9.6, §9.7 */
export function checkComparison(text: string, comparison: Comparison, report: Report): void {
  const { path, operator, operands } = comparison;
  const destination = follow(path, operator === 'EXISTS');
  const { problem } = destination;
  if (problem !== undefined) report(problem.rule, problem.offset, problem.message);
  for (const step of path.steps) if (step.kind === 'index') checkIndex(text, step, report);
  checkSpelling(text, comparison, report);
  for (const operand of operands) checkConstant(text, operand, report);
  if (operator === 'ISSUBSET' || operator === 'ISSUPERSET') checkSubset(comparison, destination, report);
  else if (operator === 'LIKE' || operator === 'MATCHES') checkText(text, comparison, destination, report);
  else checkValues(comparison, destination, report);
}

function checkValues(comparison: Comparison, destination: Destination, report: Report): void {
  const { operator } = comparison;
  if (operator === 'IN') checkSet(comparison, report);
  checkKinds(comparison, destination, report);
  if (operator === '=' || operator === '!=' || operator === 'IN') checkHashes(comparison, report);
}

function checkSet({ operands, operatorStart }: Comparison, report: Report): void {
  const first = operands[0];
  if (first === undefined)
    report('pattern-set-empty', operatorStart, 'the set of IN is empty: expected a constant in it');
  const other = operands.find(({ kind }) => kind !== first?.kind);
  if (first === undefined || other === undefined) return;
  const numbers = operands.every(({ kind }) => kind === 'integer' || kind === 'float');
  const rule = numbers ? 'pattern-set-numbers' : 'pattern-set-types';
  const found = `${KIND_WORDS[first.kind]} and ${KIND_WORDS[other.kind]}`;
  report(rule, other.start, `expected members of one data type in the set of IN, found ${found}`);
}

function checkKinds({ path, operands }: Comparison, { values }: Destination, report: Report): void {
  const misfit = values && operands.find(({ kind }) => !values.some((value) => comparable(value, kind)));
  if (values === undefined || misfit === undefined) return;
  const what = `${pathText(path)} holds ${kindsText(values)}`;
  report('pattern-value-type', misfit.start, `${what}, which does not compare with ${KIND_WORDS[misfit.kind]}`);
}

function comparable(value: ValueKind, constant: Literal['kind']): boolean {
  switch (value) {
    case 'hash':
      return constant === 'string';
    case 'integer':
    case 'float':
      return constant === 'integer' || constant === 'float';
    case 'hex':
    case 'binary':
      return constant === 'hex' || constant === 'binary' || constant === 'string';
    default:
      return constant === value;
  }
}

/** LIKE and MATCHES look into strings and octets. Source: STIX 2.1 §9.6.1 */
function checkText(
  text: string,
  { path, operator, operands }: Comparison,
  { values }: Destination,
  report: Report,
): void {
  for (const operand of operands) {
    if (operator === 'MATCHES') checkRegex(text, operand, report);
    if (values === undefined || values.some((value) => comparable(value, 'string'))) continue;
    const what = `${pathText(path)} holds ${kindsText(values)}`;
    report('pattern-value-type', operand.start, `${what}, and ${operator} looks into strings only`);
  }
}

function checkRegex(text: string, operand: Literal, report: Report): void {
  const fault = regexFault(String(operand.value));
  if (fault === undefined) return;
  const offset = sourceOffset(text, operand, fault.offset);
  report('pattern-regex', offset, `the regular expression is no PCRE: ${fault.message}`);
}

/** Where the character of a string's value stands in the pattern, where escapes take two characters. */
function sourceOffset(text: string, { start }: Literal, index: number): number {
  let offset = start + 1;
  for (let i = 0; i < index; i++) offset += text.charAt(offset) === '\\' ? 2 : 1;
  return offset;
}

function checkSubset(comparison: Comparison, destination: Destination, report: Report): void {
  const { path, operator } = comparison;
  const { addresses, values, problem } = destination;
  for (const { value, start } of comparison.operands) {
    const version = networkVersion(String(value));
    const found = `expected an IP address or a CIDR block such as '198.51.100.0/24' after ${operator}, found ${quoted(String(value))}`;
    if (addresses.length > 0) {
      const family = version === 4 ? 'ipv4-addr' : 'ipv6-addr';
      if (version === undefined) report('pattern-subset-network', start, found);
      else if (!addresses.includes(family)) {
        report('pattern-subset-family', start, `${pathText(path)} never is part of an IPv${version} network`);
      }
    } else if (values !== undefined || problem?.rule === 'pattern-path-shape') {
      const expected = `expected a path to the value of an ipv4-addr or ipv6-addr before ${operator}`;
      report('pattern-subset-path', path.start, `${expected}, found ${pathText(path)}`);
    } else if (version === undefined) report('pattern-subset-custom', start, found);
  }
}

/** Hash values under `hashes.<algorithm>`, of standard and custom objects alike. Source: STIX 2.1 §2.7, §10.7 */
function checkHashes({ path, operands }: Comparison, report: Report): void {
  const last = path.steps.at(-1);
  const parent = path.steps.at(-2);
  if (last?.kind !== 'name' || parent?.kind !== 'name' || parent.name !== 'hashes') return;
  const form = hashForm(last.name);
  if (form === undefined) {
    const meant = listedAlgorithm(last.name);
    const advice = meant === undefined ? 'hash-algorithm-ov does not list it' : `the standard names it ${meant}`;
    report('pattern-hash-algorithm', last.start, `the hash algorithm ${quoted(last.name)} is custom: ${advice}`);
    return;
  }
  for (const { kind, value, start } of operands) {
    if (kind !== 'string' || fitsForm(String(value), form)) continue;
    report('pattern-hash-value', start, `expected ${form.words} for ${last.name}, found ${quoted(String(value))}`);
  }
}

function kindsText(values: readonly ValueKind[]): string {
  return listed([...new Set(values.map((value) => KIND_WORDS[value]))]);
}
