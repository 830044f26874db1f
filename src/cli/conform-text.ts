import { describeAnswer, describeSent } from '../conform/answer.ts';
import type { Flaw } from '../conform/check.ts';
import { CHECKS } from '../conform/checks/index.ts';
import { countsOf, coverageOf, summaryOf } from '../conform/report.ts';
import { LEVELS } from '../conform/requirements.ts';
import type { Report, Result } from '../conform/run.ts';
import { count } from './io.ts';
import { table } from './table.ts';

/** A report for people: what is wrong first, then what it comes to. */
export function reportText(report: Report): string[] {
  return textOf(report).map(plain);
}

/** What a server under test says must not steer the terminal. */
export function plain(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

function textOf(report: Report): string[] {
  const { target, results, notes, left, ended, requests, milliseconds } = report;
  const { reading, writing } = target;
  const read = reading === undefined ? 'no collection may be read' : `${reading.title} (${reading.id})`;
  const bad = results.filter(({ verdict }) => verdict === 'fail');
  const doubtful = results.filter(({ verdict }) => verdict === 'warn');
  return [
    `TAXII 2.1 conformance of ${target.root}`,
    `reads from ${read}`,
    writing === undefined
      ? 'only reads: name a --write-collection to check adding and deleting'
      : `writes to ${writing.title} (${writing.id})`,
    ...notes,
    '',
    ...bad.flatMap((result) => resultText('FAIL', result)),
    ...doubtful.flatMap((result) => resultText('warn', result)),
    ...summaryTable(results),
    '',
    ...skippedText(results),
    ...leftText(left),
    `${count(requests, 'request')} in ${(milliseconds / 1000).toFixed(1)} s; ${coverageText(results)}`,
    verdictText(bad.length, doubtful.length, ended),
  ];
}

function resultText(word: string, { id, title, flaws }: Result): string[] {
  return [`${word}  ${id} (${LEVELS.get(id)})  ${title}`, ...flaws.flatMap(flawText), ''];
}

export function flawText({ expected, answer, found }: Flaw): string[] {
  return [
    ...(answer === undefined
      ? []
      : [`      sent      ${describeSent(answer.sent)}`, `      got       ${describeAnswer(answer)}`]),
    ...(found === undefined ? [] : [`      found     ${found}`]),
    `      expected  ${expected}`,
  ];
}

function summaryTable(results: readonly Result[]): string[] {
  const rows = [...summaryOf(results), { part: 'all', counts: countsOf(results) }];
  return table(
    ['SECTION', 'PASS', 'FAIL', 'WARN', 'SKIP'],
    rows.map(({ part, counts }) => [
      part,
      ...[counts.pass, counts.fail, counts.warn, counts.skip].map((number) => (number === 0 ? '·' : String(number))),
    ]),
  );
}

/** Reasons with how often they stand, the most frequent first. */
function skippedText(results: readonly Result[]): string[] {
  const reasons = Map.groupBy(
    results.filter(({ verdict }) => verdict === 'skip'),
    ({ reason }) => reason ?? '',
  );
  if (reasons.size === 0) return [];
  const lines = [...reasons]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([reason, all]) =>
        `  ${String(all.length).padStart(3)}  ${reason}${all.length <= 3 ? ` (${all.map(({ id }) => id).join(', ')})` : ''}`,
    );
  return ['Passed over:', ...lines, ''];
}

function leftText(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  return [`Left behind, since they could not be deleted: ${left.join(', ')}`, ''];
}

function coverageText(results: readonly Result[]): string {
  const { seen, rows, unseen } = coverageOf(results);
  return `${seen} of ${rows} requirements were looked at, ${unseen} cannot be seen from outside`;
}

function verdictText(bad: number, doubtful: number, ended: string | undefined): string {
  const early = ended === undefined ? '' : ` Not all was looked at: ${ended}.`;
  const warnings = doubtful === 0 ? '' : `, and ${count(doubtful, 'recommendation')} not followed`;
  const verdict =
    bad === 0 ? 'Nothing that binds is broken' : `${bad} check${bad === 1 ? '' : 's'} of what binds failed`;
  return `${verdict}${warnings}.${early}`;
}

/** Every check with its rows and level. */
export function listText(): string[] {
  return table(
    ['REQUIREMENT', 'LEVEL', 'SENDS', 'CHECK'],
    CHECKS.map((each) => [
      each.id,
      LEVELS.get(each.id) ?? '',
      'run' in each
        ? each.needs.some((need) => need === 'write' || need === 'known')
          ? 'reads, writes'
          : 'reads'
        : 'looks',
      `${each.title}${each.also.length === 0 ? '' : ` (also ${each.also.join(', ')})`}`,
    ]),
  );
}

export function listDocument(): object {
  return {
    checks: CHECKS.map((each) => ({
      id: each.id,
      also: each.also,
      level: LEVELS.get(each.id) ?? null,
      title: each.title,
      writes: 'run' in each && each.needs.some((need) => need === 'write' || need === 'known'),
    })),
  };
}
