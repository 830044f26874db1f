/** Line breaks and other control characters would break the table. */
const CONTROL = /\p{Cc}+/gu;

/** Rows under a header, columns aligned and two blanks apart. Put the column of free texts last. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [header, ...rows.map((row) => row.map((cell) => cell.replace(CONTROL, ' ')))];
  const widths = header.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `key  value` lines with the values below each other. */
export function pairs(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => `${key.padEnd(width)}  ${value.replace(CONTROL, ' ')}`);
}
