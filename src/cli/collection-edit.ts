import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { AppError } from '../errors.ts';
import { addCollection, changeCollection } from '../sharing/collections.ts';
import { DEFAULTS } from '../sharing/hub-rules.ts';
import { type Collection, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { administer, changed, listOf, wholeNumber } from './administer.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, type Session } from './session.ts';

interface EditOptions extends CommonOptions {
  readonly title?: string;
  readonly alias?: string | false;
  readonly description?: string | false;
  readonly mediaTypes?: readonly string[];
  readonly validation?: Collection['validation'];
  readonly defaultTlp?: Tlp;
  readonly unknownMarking?: Tlp;
  readonly statementMarking?: Tlp | false;
  readonly pageDefault?: number;
  readonly pageMax?: number;
  readonly retentionDays?: number | false;
}

interface AddOptions extends EditOptions {
  readonly title: string;
  readonly root: string;
  readonly id?: string;
}

export function collectionAddCommand(session: Session): Command {
  return withProperties(
    command(session, 'add', 'add a collection', [
      'collection add --root regional --title "Malware samples" --alias samples --default-tlp amber',
    ])
      .requiredOption('--root <PATH>', 'path of the API root that it belongs to')
      .requiredOption('--title <TEXT>', 'title, unique in the hub')
      .option('--id <UUID>', 'UUID of version 4; without it one is made'),
  ).action((options: AddOptions) => add(session, options));
}

export function collectionChangeCommand(session: Session): Command {
  return withProperties(
    command(session, 'change', 'change a collection; what it holds stays', [
      'collection change threat-data --default-tlp amber --retention-days 365',
      'collection change threat-data --no-retention-days',
    ])
      .argument('<COLLECTION>', 'UUID, alias or root/alias')
      .option('--title <TEXT>', 'title, unique in the hub'),
  )
    .option('--no-alias', 'without an alias')
    .option('--no-description', 'without a description')
    .option('--no-statement-marking', 'statements without TLP count as no marking does')
    .option('--no-retention-days', 'keep objects for good')
    .action((name: string, options: EditOptions) => change(session, name, options));
}

function withProperties(made: Command): Command {
  const levels = [...TLP_LEVELS];
  return made
    .option('--alias <NAME>', 'readable name that stands in URLs for the id')
    .option('--description <TEXT>', 'shown to clients')
    .option('--media-types <LIST>', 'STIX media types that it takes, with commas', listOf)
    .addOption(new Option('--validation <LEVEL>', 'strict refuses warnings too').choices(['standard', 'strict']))
    .addOption(new Option('--default-tlp <LEVEL>', 'what objects without a marking count as').choices(levels))
    .addOption(new Option('--unknown-marking <LEVEL>', 'what unknown markings count as').choices(levels))
    .addOption(new Option('--statement-marking <LEVEL>', 'what statements without TLP count as').choices(levels))
    .option('--page-default <N>', 'objects a page without a limit', wholeNumber)
    .option('--page-max <N>', 'objects a page at most', wholeNumber)
    .option('--retention-days <N>', 'days after which objects are removed', wholeNumber);
}

async function add(session: Session, options: AddOptions): Promise<void> {
  const id = options.id?.toLowerCase() ?? randomUUID();
  const pageMax = options.pageMax ?? DEFAULTS.pageMax;
  const fresh: Collection = {
    id,
    root: options.root,
    title: options.title,
    mediaTypes: DEFAULTS.mediaTypes,
    validation: 'standard',
    defaultTlp: DEFAULTS.defaultTlp,
    unknownMarking: DEFAULTS.unknownMarking,
    pageDefault: Math.min(DEFAULTS.pageDefault, pageMax),
    pageMax,
  };
  await administer(
    session,
    options,
    (catalogue) => addCollection(catalogue, withOptions(options, fresh)),
    () => ({ document: { id }, lines: ['Partners see it when an agreement grants it to them.'] }),
  );
}

async function change(session: Session, name: string, options: EditOptions): Promise<void> {
  const { data: _data, json: _json, ...properties } = options;
  if (Object.keys(properties).length === 0)
    throw new AppError('config.invalid', { description: 'Say what to change, --title or --default-tlp for instance.' });
  await administer(session, options, (catalogue) =>
    changeCollection(catalogue, selectCollection(catalogue, name).id, (now) => withOptions(options, now)),
  );
}

function withOptions(options: EditOptions, before: Collection): Collection {
  const { alias, description, statementMarking, retentionDays, ...rest } = before;
  const days = options.retentionDays ?? retentionDays;
  const statement = options.statementMarking ?? statementMarking;
  return {
    ...rest,
    title: options.title ?? rest.title,
    ...changed('alias', options.alias, alias),
    ...changed('description', options.description, description),
    mediaTypes: options.mediaTypes ?? rest.mediaTypes,
    validation: options.validation ?? rest.validation,
    defaultTlp: options.defaultTlp ?? rest.defaultTlp,
    unknownMarking: options.unknownMarking ?? rest.unknownMarking,
    ...(statement === undefined || statement === false ? {} : { statementMarking: statement }),
    pageDefault: options.pageDefault ?? rest.pageDefault,
    pageMax: options.pageMax ?? rest.pageMax,
    ...(days === undefined || days === false ? {} : { retentionDays: days }),
  };
}
