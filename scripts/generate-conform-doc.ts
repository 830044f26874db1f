import { writeFileSync } from 'node:fs';
import { CHECKS } from '../src/conform/checks/index.ts';
import { LEVELS, PART_TITLES, partOf } from '../src/conform/requirements.ts';
import { UNSEEN } from '../src/conform/unseen.ts';

// Writes docs/conform.md: how to check a server, and which requirement is shown by which check.

export const CONFORM_DOCUMENT = new URL('../docs/conform.md', import.meta.url);

/** The text of docs/conform.md. */
export function conformDocument(): string {
  const rows = [...LEVELS.keys()];
  const seen = rows.filter((row) => checksOf(row).length > 0);
  const parts = PART_TITLES.flatMap((title) => {
    const own = seen.filter((row) => partOf(row) === title);
    return own.length === 0 ? [] : [part(title, own)];
  });
  const introduction = INTRODUCTION.replace('ROWS', String(rows.length))
    .replace('SEEN', String(seen.length))
    .replace('CHECKS', String(CHECKS.length));
  const unseen = Object.entries(UNSEEN).map(([row, why]) => [row, LEVELS.get(row) ?? '', why]);
  const rest = ['## Not seen from outside', '', ...table(['requirement', 'level', 'why'], unseen)].join('\n');
  return `${[introduction, ...parts, rest].join('\n\n')}\n`;
}

const INTRODUCTION = `# Checking a TAXII 2.1 server

Made by \`npm run generate\`; do not edit.

\`entente conform URL\` holds any TAXII 2.1 server against the standard, from outside, with nothing but HTTP:

\`\`\`sh
export TAXII_PASSWORD=…
entente conform https://taxii.example/taxii2/ --user siem --password-env TAXII_PASSWORD
entente conform https://taxii.example/taxii2/ --user siem --password-env TAXII_PASSWORD --write-collection 5b1e6f0c-…
\`\`\`

Without \`--write-collection\` it sends GET and HEAD only. With it, it adds some two hundred small objects with random ids, asks
for them in every way, and deletes them at the end, also when it is stopped with Ctrl+C; what cannot be deleted is named.
Choose a collection that nobody follows. A run sends at most 3000 requests in ten minutes, waits 30 s for an answer at most,
reads 32 MiB of it, and follows no redirect; credentials go to the server that you named and to no other.

| verdict | means |
| --- | --- |
| pass | as the requirement says |
| FAIL | something that binds (MUST, MUST NOT, DEF) is broken: exit code 1, as when the run could not finish |
| warn | a recommendation, or what follows from HTTP and from clients (SHOULD, MAY, DERIVED, INFO, CLIENT), is not followed |
| skip | this run could not tell, with the reason |

Where the standard leaves room, every reading passes that its text allows. \`--only T21-3.4\` runs one section, \`--json\` and \`--junit FILE\`
are for programs, \`--as sentinel\` and others replay what a product sends ([clients.md](clients.md)).

CHECKS checks show SEEN of the ROWS requirements of [conformance.md](conformance.md). "Sends" says what a check does: it reads, it writes
too, or it looks at every answer that others get.`;

function part(title: string, rows: readonly string[]): string {
  const lines = rows.flatMap((row) =>
    checksOf(row).map((each) => [
      row,
      LEVELS.get(row) ?? '',
      each.id === row ? each.title : `${each.title} (with ${each.id})`,
      'see' in each ? 'looks' : each.needs.some((need) => need === 'write' || need === 'known') ? 'writes' : 'reads',
    ]),
  );
  return [`## ${title}`, '', ...table(['requirement', 'level', 'check', 'sends'], lines)].join('\n');
}

function checksOf(row: string): typeof CHECKS {
  return CHECKS.filter(({ id, also }) => id === row || also.includes(row));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

if (import.meta.main) writeFileSync(CONFORM_DOCUMENT, conformDocument());
