import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { HUB_LOG } from './hub.ts';
import { measure } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import { formatTable, type Row, ratioOf, reached } from './table.ts';

/** Beside the sources, since a temporary directory may be in memory, where nothing costs a disk's time. */
const HOME = new URL('../.bench/', import.meta.url).pathname;

const options = readOptions(process.argv.slice(2));
const directory = join(HOME, `run-${process.pid}`);
mkdirSync(directory, { recursive: true });
// The servers are ended by listeners of their own.
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const began = performance.now();
const rows = await measure(options, directory).catch(fail);
const report = reportOf(options, rows, performance.now() - began);
const file = join(HOME, `${report.when.replaceAll(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
if (options.json) console.log(JSON.stringify(report));
else {
  console.log(`${formatTable(rows)}\n`);
  console.log(`${options.objects} objects, ${report.seconds} s, Node ${report.node}, ${report.cores} × ${report.cpu}`);
  console.log(`as JSON: ${file}`);
}

/** Says what failed and keeps what the hub said about it. */
function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  const log = join(directory, HUB_LOG);
  if (existsSync(log)) {
    const kept = join(HOME, HUB_LOG);
    copyFileSync(log, kept);
    console.error(`What the hub printed: ${kept}`);
  }
  process.exit(1);
}

function reportOf({ objects, against }: Options, rows: readonly Row[], ms: number) {
  return {
    when: new Date().toISOString(),
    objects,
    ...(against === undefined ? {} : { against: `${against.origin}${against.root}` }),
    seconds: Math.round(ms / 1000),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), reached: reached(row) })),
  };
}
