/** Rows of what the oracle says, columns of what we say. */
export class Table {
  readonly #rows = new Map<string, Map<string, number>>();

  add(row: string, column: string): void {
    const cells = this.#rows.get(row) ?? new Map<string, number>();
    this.#rows.set(row, cells.set(column, (cells.get(column) ?? 0) + 1));
  }

  /** The table as text, with a heading for every column that occurs. */
  toString(): string {
    const columns = [...new Set([...this.#rows.values()].flatMap((cells) => [...cells.keys()]))].sort();
    const lines = [
      ['', ...columns],
      ...[...this.#rows].map(([row, cells]) => [row, ...columns.map((column) => String(cells.get(column) ?? 0))]),
    ];
    const widths = ['', ...columns].map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
    return lines
      .map(
        (line) =>
          `  ${line.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join('  ')}`,
      )
      .join('\n');
  }
}

/** What a part of the corpus showed. */
export interface Part {
  readonly title: string;
  readonly table: Table;
  /** Disagreements that the standard decides, by the clause and reason. */
  readonly decided: ReadonlyMap<string, readonly string[]>;
  /** Disagreements that nothing decides: they count against us. */
  readonly open: readonly string[];
  /** Targets and whether they are met. */
  readonly targets: readonly (readonly [string, boolean])[];
}

export function print({ title, table, decided, open, targets }: Part): void {
  console.log(`\n${title}\n\n${table}\n`);
  for (const [reason, cases] of decided) console.log(`  decided, ${cases.length} × ${reason}\n    ${wrapped(cases)}`);
  for (const line of open) console.log(`  OPEN ${line}`);
  for (const [target, met] of targets) console.log(`  ${met ? 'met   ' : 'MISSED'} ${target}`);
}

/** Disagreements gathered by what decides them. */
export class Disagreements {
  readonly decided = new Map<string, string[]>();
  readonly open: string[] = [];

  add(name: string, decision: { readonly clause: string; readonly reason: string } | undefined, details: string): void {
    if (!decision) {
      this.open.push(`${name}: ${details}`);
      return;
    }
    const reason = `STIX 2.1 §${decision.clause}: ${decision.reason}`;
    const names = this.decided.get(reason) ?? [];
    this.decided.set(reason, names.includes(name) ? names : [...names, name]);
  }
}

function wrapped(words: readonly string[]): string {
  let column = 0;
  return words.reduce((text, word) => {
    column += word.length + 1;
    if (column <= 110) return `${text}${text === '' ? '' : ' '}${word}`;
    column = word.length;
    return `${text}\n    ${word}`;
  }, '');
}
