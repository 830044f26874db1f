import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../errors.ts';
import { disclosureOf } from '../ledger/disclosure.ts';
import { classesUpTo } from '../sharing/decide.ts';
import { type Allowed, type Collection, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { bundleText, recordLine } from '../stix/bundle.ts';
import type { Filter, KeptObject, Store } from '../store/store.ts';
import { formatMicros, type Micros, parseInstant, systemClock } from '../time.ts';
import { count, write, writeJson, writeLine } from './io.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, type Session, withStore } from './session.ts';

interface ExportOptions extends CommonOptions {
  readonly collection: string;
  readonly records?: true;
  readonly addedAfter?: Micros;
  readonly type?: readonly string[];
  readonly maxTlp: Tlp;
  readonly out?: string;
}

const PAGE_OBJECTS = 1000;
const PAGE_BYTES = 4 << 20;

export function exportCommand(session: Session): Command {
  return command(session, 'export', 'write what a collection holds, every version, in the order it was added', [
    'export --collection threat-data --out threat-data.json',
    'export --collection threat-data --type indicator --type malware --max-tlp green',
    'export --collection threat-data --records | gzip > threat-data.ndjson.gz',
  ])
    .requiredOption('--collection <C>', 'UUID, alias or root/alias')
    .option('--records', 'lines of {"date_added": …, "object": …} instead of a bundle; import --records reads them')
    .option('--added-after <T>', 'only what was added later than this instant', instant)
    .option(
      '--type <TYPE>',
      'only objects of this STIX type; may be given several times',
      (type, list: string[] = []) => [...list, type],
    )
    .addOption(
      new Option('--max-tlp <LEVEL>', 'only what this TLP level admits').choices([...TLP_LEVELS]).default('red'),
    )
    .option('--out <FILE>', 'write to a file instead of standard output')
    .action((options: ExportOptions) => exportCollection(session, options));
}

async function exportCollection(session: Session, options: ExportOptions): Promise<void> {
  await withStore(session, options, false, async (store) => {
    const collection = selectCollection(await store.catalogue.load(), options.collection);
    const read = readAll(store, collection, options);
    let objects = 0;
    const rows = (async function* () {
      for await (const row of read) {
        objects += 1;
        yield row;
      }
    })();
    const text = options.records ? records(rows) : bundleText(jsonOf(rows));
    if (options.out === undefined) for await (const piece of text) await write(session.io.stdout, piece);
    else await writeFile(options.out, text);
    const where = options.out === undefined ? '' : ` to ${options.out}`;
    if (!session.json) await writeLine(session.io.stderr, `${count(objects, 'object version')} written${where}.`);
    else if (options.out !== undefined) await writeJson(session.io.stdout, { versions: objects, file: options.out });
  });
}

/** Each page is in the ledger before anything of it is written. */
async function* readAll(
  { objects, ledger }: Store,
  collection: Collection,
  { addedAfter, type, maxTlp }: ExportOptions,
): AsyncGenerator<KeptObject> {
  const verdict: Allowed = {
    kind: 'allowed',
    entries: [{ types: 'all', maxTlp, classes: classesUpTo(maxTlp, collection) }],
  };
  const filter: Filter = {
    ...(type === undefined ? {} : { types: type }),
    specVersions: ['2.0', '2.1'],
    versions: 'all',
  };
  const reading = { who: 'cli', read: 'export', collection: collection.id, verdict } as const;
  let after = addedAfter;
  for (let more = true; more; ) {
    const page = await objects.kept({
      collection: collection.id,
      verdict,
      filter,
      ...(after === undefined ? {} : { after }),
      limit: PAGE_OBJECTS,
      maxBytes: PAGE_BYTES,
    });
    const [first, last] = [page.rows[0], page.rows.at(-1)];
    const span = first && last && { first: first.dateAdded, last: last.dateAdded };
    const sent = { count: page.rows.length, ...span, filter, asOf: page.asOf };
    const disclosure = disclosureOf(reading, sent, systemClock());
    if (disclosure !== undefined) await ledger.append([disclosure]);
    yield* page.rows;
    // Reads and writes may all be done at once; faults of the output are met only when the loop turns.
    await nextTurn();
    after = last?.dateAdded ?? after;
    more = page.more;
  }
}

async function* jsonOf(rows: AsyncIterable<KeptObject>): AsyncGenerator<string> {
  for await (const { json } of rows) yield json;
}

async function* records(rows: AsyncIterable<KeptObject>): AsyncGenerator<string> {
  for await (const { dateAdded, marking, json } of rows) yield recordLine(formatMicros(dateAdded), marking, json);
}

/** A file is there whole or not at all. */
async function writeFile(file: string, text: AsyncIterable<string>): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(text), createWriteStream(partial, { mode: 0o600, flush: true }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof AppError) throw error;
    throw new AppError('file.unreadable', {
      description: `${file} cannot be written: ${(error as Error).message}.`,
      cause: error,
    });
  }
}

function instant(text: string): Micros {
  const micros = parseInstant(text);
  if (micros === undefined) throw new InvalidArgumentError('Expected an instant such as 2026-01-31T00:00:00Z.');
  return micros;
}
