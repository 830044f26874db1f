import { Command } from 'commander';
import { AppError } from '../errors.ts';
import { removeCollection } from '../sharing/admin.ts';
import type { Collection } from '../sharing/model.ts';
import type { CollectionCounts } from '../store/store.ts';
import { formatMicros } from '../time.ts';
import { collectionAddCommand, collectionChangeCommand } from './collection-edit.ts';
import { count, writeLine } from './io.ts';
import { selectCollection, shortName } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { table } from './table.ts';

interface RemoveOptions extends CommonOptions {
  readonly yes?: true;
}

export function collectionCommand(session: Session): Command {
  return new Command('collection')
    .description('what is shared: list, show, add, change, remove')
    .addCommand(
      command(session, 'list', 'list the collections and how much they hold', ['collection list']).action(
        (options: CommonOptions) => list(session, options),
      ),
    )
    .addCommand(
      command(session, 'show', 'show one collection', ['collection show threat-data'])
        .argument('<COLLECTION>', 'UUID, alias or root/alias')
        .action((name: string, options: CommonOptions) => show(session, name, options)),
    )
    .addCommand(collectionAddCommand(session))
    .addCommand(collectionChangeCommand(session))
    .addCommand(
      command(session, 'remove', 'remove a collection with everything in it', [
        'collection remove regional/threat-data --yes',
      ])
        .argument('<COLLECTION>', 'UUID, alias or root/alias')
        .option('--yes', 'remove it although it holds objects')
        .action((name: string, options: RemoveOptions) => remove(session, name, options)),
    );
}

interface Described {
  readonly collection: Collection;
  readonly counts: CollectionCounts;
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const all = await withStore(session, options, false, async (store) => {
    const described: Described[] = [];
    for (const { value: collection } of (await store.catalogue.load()).collection.values())
      described.push({ collection, counts: await store.objects.counts(collection.id) });
    return described;
  });
  all.sort((a, b) => (shortName(a.collection) < shortName(b.collection) ? -1 : 1));
  await print(
    session,
    { collections: all.map(documentOf) },
    all.length === 0 ? ['There are no collections.'] : collectionTable(all),
  );
}

async function show(session: Session, name: string, options: CommonOptions): Promise<void> {
  const described = await describe(session, name, options);
  const { collection, counts } = described;
  await print(session, documentOf(described), [
    ...Object.entries(collectionDocument(collection)).map(([key, value]) => `${key.padEnd(16)} ${text(value)}`),
    `${'objects'.padEnd(16)} ${counts.objects} in ${count(counts.versions, 'version')}, ${counts.removed} removed`,
    `${'last_added'.padEnd(16)} ${counts.lastAdded === undefined ? 'never' : formatMicros(counts.lastAdded)}`,
    ...counts.types.map(({ type, versions }) => `  ${String(versions).padStart(9)}  ${type}`),
  ]);
}

async function remove(session: Session, name: string, options: RemoveOptions): Promise<void> {
  const { collection, counts } = await describe(session, name, options);
  if (counts.versions > 0 && options.yes !== true)
    throw new AppError('config.invalid', {
      description: `Collection "${collection.title}" holds ${count(counts.versions, 'object version')}. Make a backup, then add --yes to remove them with it.`,
    });
  const { warnings } = await withStore(session, options, false, (store) => removeCollection(store, collection.id));
  if (!session.json) for (const warning of warnings) await writeLine(session.io.stderr, `warning: ${warning}`);
  await print(session, { removed: collection.id, versions: counts.versions, warnings }, [
    `Collection "${collection.title}" (${collection.id}) removed, ${count(counts.versions, 'object version')} with it.`,
  ]);
}

function describe(session: Session, name: string, options: CommonOptions): Promise<Described> {
  return withStore(session, options, false, async (store) => {
    const collection = selectCollection(await store.catalogue.load(), name);
    return { collection, counts: await store.objects.counts(collection.id) };
  });
}

/** Keys as in the hub file. */
function collectionDocument(collection: Collection): Record<string, unknown> {
  return {
    id: collection.id,
    api_root: collection.root,
    alias: collection.alias,
    title: collection.title,
    description: collection.description,
    media_types: collection.mediaTypes,
    validation: collection.validation,
    default_tlp: collection.defaultTlp,
    unknown_marking: collection.unknownMarking,
    statement_marking: collection.statementMarking,
    page_default: collection.pageDefault,
    page_max: collection.pageMax,
    retention_days: collection.retentionDays,
  };
}

function documentOf({ collection, counts }: Described): Record<string, unknown> {
  return {
    ...collectionDocument(collection),
    objects: counts.objects,
    versions: counts.versions,
    removed: counts.removed,
    last_added: counts.lastAdded === undefined ? null : formatMicros(counts.lastAdded),
    types: Object.fromEntries(counts.types.map(({ type, versions }) => [type, versions])),
  };
}

function text(value: unknown): string {
  if (value === undefined) return '-';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function collectionTable(all: readonly Described[]): string[] {
  return table(
    ['COLLECTION', 'ID', 'OBJECTS', 'VERSIONS', 'LAST ADDED', 'TITLE'],
    all.map(({ collection, counts }) => [
      shortName(collection),
      collection.id,
      String(counts.objects),
      String(counts.versions),
      counts.lastAdded === undefined ? 'never' : formatMicros(counts.lastAdded),
      collection.title,
    ]),
  );
}
