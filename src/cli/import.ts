import type { Command } from 'commander';
import {
  findDefinitions,
  type ImportCounts,
  type ImportRefusal,
  type ImportRequest,
  importItems,
} from '../collections/import.ts';
import { AppError } from '../errors.ts';
import { decide } from '../sharing/decide.ts';
import { type Item, readItems } from '../stix/bundle.ts';
import { isObject, type Json } from '../stix/json.ts';
import { loadExtensionSchemas } from '../stix/schemas.ts';
import { systemClock } from '../time.ts';
import { EXIT } from './failure.ts';
import { count, writeJson, writeLine } from './io.ts';
import { keepMemoryModerate } from './lean.ts';
import { showProgress } from './progress.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { openSources, type Source } from './source.ts';

interface ImportOptions extends CommonOptions {
  readonly collection: string;
  readonly records?: true;
}

/** Who adds, as in `Batch.source`. */
const SOURCE = 'import';

/** Refusals that people are shown; programs get all. */
const MAX_SHOWN = 100;

export function importCommand(session: Session): Command {
  return command(session, 'import', 'add STIX objects of files to a collection', [
    'import bundle.json --collection threat-data',
    'import 2025/*.json.gz --collection regional/threat-data',
    'export --records --collection threat-data --data old | entente import - --records --collection threat-data --data new',
  ])
    .argument('<FILE...>', 'bundles, envelopes, lists or NDJSON, also gzipped; - for standard input')
    .requiredOption('--collection <C>', 'UUID, alias or root/alias')
    .option('--records', 'lines of {"date_added": …, "object": …}: keep the dates added')
    .action((files: string[], options: ImportOptions) => importFiles(session, files, options));
}

async function importFiles(session: Session, files: readonly string[], options: ImportOptions): Promise<void> {
  keepMemoryModerate();
  const total = await withStore(session, options, false, async (store, { spoolDirectory, schemaDirectory }) => {
    const catalogue = await store.catalogue.load();
    const collection = selectCollection(catalogue, options.collection);
    const verdict = decide(catalogue, { operator: SOURCE }, collection, 'write', systemClock());
    if (verdict.kind !== 'allowed') throw new AppError('permission.denied');
    await using sources = await openSources(files, session.io.stdin, spoolDirectory);
    return await importSources(session, sources.list, {
      store: store.objects,
      clock: systemClock,
      collection,
      verdict,
      source: SOURCE,
      records: options.records ?? false,
      definitions: await definitionsOf(sources.list, options.records ?? false),
      extensionSchemas: loadExtensionSchemas(schemaDirectory),
    });
  });
  await print(session, total, [summary(total)]);
  if (total.refused > 0) session.exitCode = EXIT.findings;
}

async function importSources(
  session: Session,
  sources: readonly Source[],
  request: Omit<ImportRequest, 'items' | 'refused' | 'progress'>,
): Promise<ImportCounts> {
  const total = { added: 0, present: 0, refused: 0 };
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  let done = 0;
  using progress = showProgress(session, 'importing');
  const teller = refusalTeller(session);
  for (const source of sources) {
    const items = readItems(source.read((read) => progress.update(done + read, bytes)));
    const counts = await importItems({
      ...request,
      items: teller.between(items),
      refused: (refusal) => teller.refused(source, refusal),
      progress: () => undefined,
    });
    await teller.tell();
    done += source.bytes;
    for (const key of ['added', 'present', 'refused'] as const) total[key] += counts[key];
  }
  return total;
}

/** Bundles often carry marking definitions last, or in another file, behind what refers to them. */
async function definitionsOf(sources: readonly Source[], records: boolean): Promise<Json[]> {
  const found: Json[] = [];
  for (const source of sources) found.push(...(await findDefinitions(() => source.read())));
  return records ? found.map((record) => (isObject(record) ? record.object : undefined) ?? null) : found;
}

/** Tells refusals as they come, waiting for whoever reads them, so that they do not pile up. */
function refusalTeller(session: Session) {
  const { stdout, stderr } = session.io;
  const waiting: Refused[] = [];
  let told = 0;

  async function tell(): Promise<void> {
    for (const refused of waiting.splice(0)) {
      told += 1;
      if (session.json) await writeJson(stdout, refused);
      else if (told <= MAX_SHOWN) await writeLine(stderr, lineOf(refused));
      else if (told === MAX_SHOWN + 1) await writeLine(stderr, 'More were refused; --json lists all.');
    }
  }

  return {
    tell,
    refused({ name }: Source, { item, id, message }: ImportRefusal): void {
      const { line, column } = item.position;
      waiting.push({ file: name, line, column, ...(id === undefined ? {} : { id }), message });
    },
    async *between(items: AsyncIterable<Item>): AsyncGenerator<Item> {
      for await (const item of items) {
        yield item;
        if (waiting.length > 0) await tell();
      }
    },
  };
}

interface Refused {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly id?: string;
  readonly message: string;
}

function lineOf({ file, line, column, id, message }: Refused): string {
  return `${file}:${line}:${column}: ${id === undefined ? '' : `${id}: `}${message}`;
}

function summary({ added, present, refused }: ImportCounts): string {
  return `${count(added, 'object')} added, ${present} already there, ${refused} refused.`;
}
