import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '../errors.ts';
import { recallObject, type TakenBack, undoRecall } from '../ledger/recall.ts';
import type { Recall } from '../store/recalls.ts';
import type { Store } from '../store/store.ts';
import { csvLine } from './csv.ts';
import { writeLine } from './io.ts';
import { namesOf } from './ledger-text.ts';
import { showProgress } from './progress.ts';
import {
  recallDocument,
  recallLines,
  recallTable,
  recipientCells,
  recipientDocument,
  recipientHeader,
  recipientLines,
  undoLines,
} from './recall-text.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';

interface RecallOptions extends CommonOptions {
  readonly reason?: string;
  readonly undo?: true;
  readonly csv?: true;
}

/** Who recalls, as in `Batch.source`. */
const BY = 'cli';

export function recallCommand(session: Session): Command {
  return (
    command(session, 'recall', 'take an object back: from every collection, for every reader, until it is undone', [
      'recall indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --reason "names a witness"',
      'recall indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --reason "names a witness" --csv > notify.csv',
      'recall indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --undo --reason "cleared by legal"',
      'recall list',
    ])
      // Else those of `list` would be taken for its own.
      .enablePositionalOptions()
      .argument('<OBJECT_ID>', 'STIX id', objectId)
      .option('--reason <TEXT>', 'why; kept in the ledger, and told to nobody outside', reasonOf)
      .option('--undo', 'let the object in again')
      .option('--csv', 'print whom to notify as comma-separated values')
      .action((object: string, options: RecallOptions) => recall(session, object, options))
      .addCommand(
        command(session, 'list', 'list what was recalled, the latest first', [
          'recall list',
          'recall list --json',
        ]).action((options: CommonOptions) => list(session, options)),
      )
  );
}

const STIX_ID = /^[a-z0-9-]+--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function objectId(text: string): string {
  if (!STIX_ID.test(text)) throw new InvalidArgumentError('Expected a STIX id such as indicator--8e2e2d2b-….');
  return text;
}

function reasonOf(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Say why, in a few words.');
  return text.trim();
}

async function recall(session: Session, object: string, options: RecallOptions): Promise<void> {
  const { reason, undo } = options;
  if (reason === undefined) throw new AppError('config.invalid', { description: 'Say why: add --reason "…".' });
  await withStore(session, options, false, async (store) => {
    const before = undo ? undefined : await inForce(store, object);
    const taken = undo
      ? await undoRecall(store, { object, reason, by: BY })
      : await recallWithProgress(session, store, { object, reason, by: BY });
    const nameOf = namesOf(await store.catalogue.load());
    const lines = undo ? undoLines(taken.recall) : recallLines(taken.recall, before !== undefined, nameOf);
    if (options.csv) await printCsv(session, taken, lines);
    else
      await print(
        session,
        {
          recall: recallDocument(taken.recall),
          ...(undo ? {} : { already: before !== undefined }),
          recipients: taken.recipients.map(recipientDocument),
        },
        [...lines, '', ...recipientLines(taken, nameOf)],
      );
  });
}

async function inForce(store: Store, object: string): Promise<Recall | undefined> {
  const recalls = await store.recalls.list();
  return recalls.find((each) => each.object === object && each.undone === undefined);
}

async function recallWithProgress(
  session: Session,
  store: Store,
  recalling: Parameters<typeof recallObject>[1],
): Promise<TakenBack> {
  using progress = showProgress(session, 'recalling');
  return await recallObject(store, recalling, (removed, versions) => progress.update(removed, versions));
}

/** The list alone goes to the output; what was done is for whoever sits at the terminal. */
async function printCsv(session: Session, { recipients }: TakenBack, lines: readonly string[]): Promise<void> {
  const { stdout, stderr } = session.io;
  for (const line of lines) await writeLine(stderr, line);
  await writeLine(stdout, csvLine(recipientHeader));
  for (const recipient of recipients) await writeLine(stdout, csvLine(recipientCells(recipient)));
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const recalls = await withStore(session, options, false, (store) => store.recalls.list());
  await print(
    session,
    { recalls: recalls.map(recallDocument) },
    recalls.length === 0 ? ['Nothing was ever recalled.'] : recallTable(recalls),
  );
}
