/** A column of a table: numbers stand to the right. */
export interface Column {
  readonly title: string;
  readonly number?: true;
}

/** A Markdown table, aligned so that it reads well as plain text too. Source: GitHub Flavored Markdown §4.10 */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(markdownText));
  const widths = columns.map(({ title }, i) => Math.max(3, title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${columns
      .map(({ number }, i) =>
        number ? (row[i] ?? '').padStart(widths[i] ?? 0) : (row[i] ?? '').padEnd(widths[i] ?? 0),
      )
      .join(' | ')} |`;
  const rule = columns.map(({ number }, i) =>
    number ? `${'-'.repeat((widths[i] ?? 0) - 1)}:` : '-'.repeat(widths[i] ?? 0),
  );
  return [line(columns.map(({ title }) => title)), line(rule), ...cells.map(line)];
}

/** Text that somebody wrote, so that it is text in Markdown and nothing else, on one line. */
export function markdownText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\\|*_`<>[\]#]/g, '\\$&');
}
