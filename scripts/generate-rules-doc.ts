import { writeFileSync } from 'node:fs';
import { TOPICS } from '../src/stix/rules/index.ts';
import { SCHEMA_RULES } from '../src/stix/schema/rules.ts';

// Writes docs/rules.md: every rule that a finding can name.

export const RULES_DOCUMENT = new URL('../docs/rules.md', import.meta.url);

interface Row {
  readonly id: string;
  readonly section: string;
  readonly severity: 'error' | 'warning';
  readonly level?: 'strict';
  readonly summary: string;
  readonly hint?: string;
}

/** The text of docs/rules.md. */
export function rulesDocument(): string {
  const topics = TOPICS.map(({ title, rules }) => part(title, rules));
  const ids = new Set([...SCHEMA_RULES, ...TOPICS.flatMap(({ rules }) => rules)].map(({ id }) => id));
  return `${[INTRODUCTION.replace('COUNT', String(ids.size)), part('Shape: what the schemas demand', SCHEMA_RULES), ...topics].join('\n\n')}\n`;
}

const INTRODUCTION = `# Rules of STIX 2.1

Made by \`npm run generate\`; do not edit.

The COUNT rules that a finding can name, by topic. An \`error\` breaks a MUST of the standard: the object is refused. A
\`warning\` is a SHOULD, or something that is legal and probably not meant: the object is taken at level \`standard\` and
refused at level \`strict\`. A \`warning, strict\` is said at level \`strict\` only. Sections are those of STIX 2.1 unless they say otherwise.`;

function part(title: string, rules: readonly Row[]): string {
  const advised = rules.some(({ hint }) => hint !== undefined);
  const head = ['rule', 'level', 'section', 'what it demands', ...(advised ? ['what to do'] : [])];
  const rows = rules.map(({ id, section, severity, level, summary, hint }) => [
    `\`${id}\``,
    level === undefined ? severity : `${severity}, ${level}`,
    section.replace('STIX 2.1 ', ''),
    summary,
    ...(advised ? [hint ?? ''] : []),
  ]);
  return [`## ${title}`, '', ...[head, head.map(() => '---'), ...rows].map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) writeFileSync(RULES_DOCUMENT, rulesDocument());
