import { describeAnswer, describeSent } from './answer.ts';
import { LEVELS, PART_TITLES, partOf } from './requirements.ts';
import type { Report, Result } from './run.ts';

/** A report as JUnit XML, which build servers show. */
export function junit({ target, results, milliseconds }: Report): string {
  const suites = PART_TITLES.flatMap((title) => {
    const own = results.filter(({ id }) => partOf(id) === title);
    return own.length === 0 ? [] : [suite(title, own)];
  });
  const failures = results.filter(({ verdict }) => verdict === 'fail').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="TAXII 2.1 of ${xml(target.root)}" tests="${results.length}" failures="${failures}" time="${(milliseconds / 1000).toFixed(3)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(title: string, results: readonly Result[]): string {
  const count = (verdict: Result['verdict']): number => results.filter((each) => each.verdict === verdict).length;
  return [
    `  <testsuite name="${xml(title)}" tests="${results.length}" failures="${count('fail')}" skipped="${count('skip')}">`,
    ...results.map(testcase),
    '  </testsuite>',
  ].join('\n');
}

function testcase({ id, title, verdict, reason, flaws }: Result): string {
  const level = LEVELS.get(id) ?? '';
  const open = `    <testcase classname="${xml(id)}" name="${xml(`${id} ${title} (${level})`)}"`;
  if (verdict === 'pass') return `${open}/>`;
  if (verdict === 'skip') return `${open}><skipped message="${xml(reason ?? '')}"/></testcase>`;
  const text = flaws
    .flatMap(({ expected, answer, found }) => [
      ...(answer === undefined ? [] : [`sent: ${describeSent(answer.sent)}`, `got: ${describeAnswer(answer)}`]),
      ...(found === undefined ? [] : [`found: ${found}`]),
      `expected: ${expected}`,
    ])
    .join('\n');
  const body =
    verdict === 'fail'
      ? `<failure message="${xml(flaws[0]?.expected ?? '')}">${xml(text)}</failure>`
      : `<system-out>${xml(`warning\n${text}`)}</system-out>`;
  return `${open}>${body}</testcase>`;
}

/** What XML cannot hold at all is replaced. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
