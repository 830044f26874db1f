/** One line of the table. */
export interface Row {
  /** Stable name, for the JSON file. */
  readonly name: string;
  readonly what: string;
  readonly measured: number;
  readonly unit: Unit;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** What the machine does without the server, or what the measure is compared with; in the unit of `measured`. */
  readonly ceiling?: number;
  readonly target?: Target;
}

export type Unit = 'objects' | 'objects/s' | 'requests' | 'requests/s' | 'pages' | 'ms' | 'µs' | 'MiB' | '×';

/** A bound on what was measured, or on its ratio to the ceiling. */
export interface Target {
  readonly of: 'measured' | 'ratio';
  readonly at: 'least' | 'most' | 'exactly';
  readonly value: number;
}

const HEAD = ['what', 'measured', 'p50 ms', 'p99 ms', 'ceiling or base', 'ratio', 'target', ''];

export function ratioOf(row: Row): number | undefined {
  return row.ceiling === undefined ? undefined : row.measured / row.ceiling;
}

/** Whether the target is reached; undefined without one. */
export function reached(row: Row): boolean | undefined {
  const { target } = row;
  if (target === undefined) return undefined;
  const value = target.of === 'measured' ? row.measured : (ratioOf(row) ?? Number.NaN);
  if (target.at === 'exactly') return value === target.value;
  return target.at === 'least' ? value >= target.value : value <= target.value;
}

/** The rows under one another in aligned columns. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)));
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column === 0 || column === HEAD.length - 1
          ? cell.padEnd(widths[column] as number)
          : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [format(HEAD), rule, ...lines.slice(1).map(format)].join('\n');
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  const verdict = reached(row);
  return [
    row.what,
    quantity(row.measured, row.unit),
    row.p50Ms === undefined ? '' : plain(row.p50Ms),
    row.p99Ms === undefined ? '' : plain(row.p99Ms),
    row.ceiling === undefined ? '' : quantity(row.ceiling, row.unit),
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    targetText(row),
    verdict === undefined ? '' : verdict ? 'ok' : 'short',
  ];
}

function targetText({ target, unit }: Row): string {
  if (target === undefined) return '';
  const bound = { least: '≥', most: '≤', exactly: '=' }[target.at];
  return `${bound} ${quantity(target.value, target.of === 'ratio' ? '×' : unit)}`;
}

function quantity(value: number, unit: Unit): string {
  return `${plain(value)} ${unit}`;
}

function plain(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
