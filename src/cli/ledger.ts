import { Command, InvalidArgumentError, Option } from 'commander';
import { type RecordQuery, recordsOf } from '../ledger/select.ts';
import { verifyLedger } from '../ledger/verify.ts';
import type { Catalogue } from '../sharing/model.ts';
import { LEDGER_KINDS, type LedgerKind } from '../store/ledger.ts';
import { formatMicros, type Micros, parseInstant } from '../time.ts';
import { instantOf } from './administer.ts';
import { csvLine } from './csv.ts';
import { EXIT } from './failure.ts';
import { count, writeLine } from './io.ts';
import { listRecipients } from './ledger-recipients.ts';
import { type CollectionName, namesOf, recordCells, whoOf } from './ledger-text.ts';
import { showProgress } from './progress.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';

interface FilterOptions extends CommonOptions {
  readonly partner?: string;
  readonly collection?: string;
  readonly object?: string;
  readonly from?: Micros;
  readonly until?: Micros;
  readonly kind?: readonly LedgerKind[];
  readonly csv?: true;
}

export function ledgerCommand(session: Session): Command {
  const group = new Command('ledger').description('proof of what was disclosed and changed: verify, list, export, …');
  const sub = (name: string, description: string, examples: readonly string[]): Command => {
    const made = command(session, name, description, examples);
    group.addCommand(made);
    return made;
  };
  sub('verify', 'find records that were changed, taken out or put elsewhere', [
    'ledger verify',
    'ledger verify --head 5f1c…e2',
  ])
    .option('--head <HASH>', 'hash that was kept elsewhere, from the log say: finds a tail that was cut off', hash)
    .action((options: CommonOptions & { readonly head?: string }) => verify(session, options));
  withFilters(
    sub('list', 'list records, oldest first', [
      'ledger list --partner vendor --from 2026-01-01',
      'ledger list --kind admin --kind gap',
      'ledger list --object indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --json',
    ]),
  ).action((options: FilterOptions) => list(session, options));
  withFilters(
    sub('export', 'write records as they are kept, a line each, or as CSV', [
      'ledger export --until 2026-01-01 > ledger.ndjson',
      'ledger export --partner vendor --csv > vendor.csv',
    ]),
  )
    .option('--csv', 'comma-separated values: number, time, kind, who, what')
    .action((options: FilterOptions) => exportRecords(session, options));
  sub('recipients', 'list who was sent an object, when and under which agreement', [
    'ledger recipients indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f',
    'ledger recipients indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --version 2026-01-31T08:15:00.000Z',
  ])
    .argument('<OBJECT_ID>', 'STIX id')
    .option('--version <V>', 'only this version')
    .action((object: string, options: CommonOptions & { readonly version?: string }) =>
      listRecipients(session, object, options),
    );
  return group;
}

function withFilters(made: Command): Command {
  return made
    .option('--partner <NAME>', 'only what this partner did; anonymous: callers without credentials')
    .option('--collection <C>', 'only this collection: UUID, alias or root/alias; of one that is gone its UUID')
    .option('--object <ID>', 'only what happened to the object with this STIX id')
    .option('--from <T>', 'only from this instant on', instant)
    .option('--until <T>', 'only before this instant', instant)
    .addOption(
      new Option('--kind <KIND>', `only this kind; may be given several times: ${LEDGER_KINDS.join(', ')}`).argParser(
        kindOf,
      ),
    );
}

function kindOf(text: string, list: readonly LedgerKind[] = []): readonly LedgerKind[] {
  const kind = LEDGER_KINDS.find((each) => each === text);
  if (kind === undefined) throw new InvalidArgumentError(`The kinds are ${LEDGER_KINDS.join(', ')}.`);
  return [...list, kind];
}

function instant(text: string): Micros {
  const micros = parseInstant(instantOf(text));
  if (micros === undefined) throw new InvalidArgumentError('Expected an instant such as 2026-01-31T00:00:00Z.');
  return micros;
}

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
  return text.toLowerCase();
}

async function verify(session: Session, options: CommonOptions & { readonly head?: string }): Promise<void> {
  using progress = showProgress(session, 'verifying');
  const { head, faults } = await withStore(session, options, false, ({ ledger }) =>
    verifyLedger(ledger, options.head, (done, total) => progress.update(done, total)),
  );
  await print(session, { sound: faults.length === 0, records: head.count, head: head.hash, faults }, [
    ...faults,
    faults.length === 0
      ? `${count(head.count, 'record')}, each as it was written. Head: ${head.hash}`
      : `${count(faults.length, 'fault')} found in ${count(head.count, 'record')}.`,
  ]);
  if (faults.length > 0) session.exitCode = EXIT.findings;
}

async function list(session: Session, options: FilterOptions): Promise<void> {
  if (session.json) return exportRecords(session, options);
  const line = ([num = '', time = '', kind = '', who = '', what = '']: readonly string[]): string =>
    `${num.padStart(8)}  ${time.padEnd(20)}  ${kind.padEnd(15)}  ${who.padEnd(20)}  ${what}`;
  const { stdout } = session.io;
  await withRecords(session, options, async (records, nameOf) => {
    let found = 0;
    for await (const record of records) {
      if (found === 0) await writeLine(stdout, line(['NUMBER', 'TIME', 'KIND', 'WHO', 'WHAT']));
      found += 1;
      await writeLine(stdout, line(recordCells(record, nameOf).map(visible)));
    }
    if (found === 0) await writeLine(stdout, 'No record fits.');
  });
}

/** The text of each record is written as it was hashed, so that the chain can be followed elsewhere. */
async function exportRecords(session: Session, options: FilterOptions): Promise<void> {
  const { stdout } = session.io;
  await withRecords(session, options, async (records, nameOf) => {
    if (options.csv) await writeLine(stdout, csvLine(['number', 'time', 'kind', 'who', 'what', 'hash']));
    for await (const row of records) {
      const { num, hash: own, text, record } = row;
      if (!options.csv) await writeLine(stdout, `{"num":${num},"hash":"${own}","record":${text}}`);
      else {
        const [, , kind = '', , what = ''] = recordCells(row, nameOf);
        await writeLine(stdout, csvLine([String(num), formatMicros(record.time), kind, whoOf(record), what, own]));
      }
    }
  });
}

type Records = ReturnType<typeof recordsOf>;

async function withRecords(
  session: Session,
  options: FilterOptions,
  use: (records: Records, nameOf: CollectionName) => Promise<void>,
): Promise<void> {
  await withStore(session, options, false, async (store) => {
    const catalogue = await store.catalogue.load();
    await use(recordsOf(store.ledger, queryOf(catalogue, options)), namesOf(catalogue));
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function queryOf(catalogue: Catalogue, options: FilterOptions): RecordQuery {
  const { partner, collection, object, from, until, kind } = options;
  return {
    ...(partner === undefined ? {} : { who: `partner:${partner}` }),
    ...(collection === undefined ? {} : { collection: collectionId(catalogue, collection) }),
    ...(object === undefined ? {} : { object }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(kind === undefined ? {} : { kinds: kind }),
  };
}

/** What a collection that is gone was sent is still in the ledger. */
function collectionId(catalogue: Catalogue, name: string): string {
  return UUID.test(name) ? name.toLowerCase() : selectCollection(catalogue, name).id;
}

function visible(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
