import { describeAnswer, describeSent } from './answer.ts';
import type { Flaw } from './check.ts';
import { LEVELS, PART_TITLES, partOf } from './requirements.ts';
import type { Report, Result, Verdict } from './run.ts';
import { UNSEEN } from './unseen.ts';

/** How many checks came to which verdict. */
export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(results: readonly Result[]): Counts {
  const count = (verdict: Verdict): number => results.filter((each) => each.verdict === verdict).length;
  return { pass: count('pass'), fail: count('fail'), warn: count('warn'), skip: count('skip') };
}

/** The counts of each part of the standard in which there was a check. */
export function summaryOf(results: readonly Result[]): { readonly part: string; readonly counts: Counts }[] {
  return PART_TITLES.flatMap((part) => {
    const own = results.filter(({ id }) => partOf(id) === part);
    return own.length === 0 ? [] : [{ part, counts: countsOf(own) }];
  });
}

/** How many rows of the requirement list a run looked at, of how many, and how many nobody can see from outside. */
export function coverageOf(results: readonly Result[]): { seen: number; rows: number; unseen: number } {
  const seen = new Set(results.filter(({ verdict }) => verdict !== 'skip').flatMap(({ id, also }) => [id, ...also]));
  return { seen: seen.size, rows: LEVELS.size, unseen: Object.keys(UNSEEN).length };
}

/** A report for programs. */
export function reportDocument(report: Report): object {
  const { target, results, notes, left, ended, requests, milliseconds } = report;
  return {
    discovery: target.discoveryUrl,
    api_root: target.root,
    collection: target.reading?.id ?? null,
    write_collection: target.writing?.id ?? null,
    summary: countsOf(results),
    sections: summaryOf(results).map(({ part, counts }) => ({ section: part, ...counts })),
    requirements: coverageOf(results),
    requests,
    milliseconds: Math.round(milliseconds),
    ended_early: ended ?? null,
    notes,
    left_behind: left,
    checks: results.map(({ id, also, title, verdict, reason, flaws }) => ({
      id,
      also,
      level: LEVELS.get(id) ?? null,
      title,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      ...(flaws.length === 0 ? {} : { flaws: flaws.map(flawDocument) }),
    })),
  };
}

export function flawDocument({ expected, answer, found }: Flaw): object {
  return {
    ...(answer === undefined ? {} : { sent: describeSent(answer.sent), got: describeAnswer(answer) }),
    ...(found === undefined ? {} : { found }),
    expected,
  };
}
