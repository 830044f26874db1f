import { Command } from 'commander';
import { AppError } from '../errors.ts';
import {
  addAgreement,
  addGrant,
  changeAgreement,
  removeAgreement,
  renewAgreement,
  replaceGrant,
  suspendAgreement,
} from '../sharing/agreements.ts';
import type { Edit } from '../sharing/edit.ts';
import { knownAgreement } from '../sharing/known.ts';
import type { Agreement, Catalogue } from '../sharing/model.ts';
import { endingAgreements } from '../sharing/term.ts';
import { systemClock } from '../time.ts';
import { type Addition, administer, changed, instantOf } from './administer.ts';
import { type ReportOptions, report } from './agreement-report.ts';
import { agreementDocument, agreementLines, agreementTable, standing } from './agreement-text.ts';
import {
  type GrantFlags,
  grantChange,
  grantFlagsGiven,
  grantOf,
  withGrantChanges,
  withGrantNumber,
  withGrantRights,
} from './grant-options.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';

interface TermOptions extends GrantFlags {
  readonly title?: string | false;
  readonly purpose?: string | false;
  readonly from?: string | false;
  readonly until?: string | false;
}

interface AddOptions extends TermOptions {
  readonly partner: string;
}

const NAME = 'name of the agreement';

export function agreementCommand(session: Session): Command {
  const group = new Command('agreement').description('what partners may do: list, show, add, change, grant, renew, …');
  const sub = (name: string, description: string, examples: readonly string[]): Command => {
    const made = command(session, name, description, examples);
    group.addCommand(made);
    return made;
  };
  const named = (name: string, description: string, examples: readonly string[]): Command =>
    sub(name, description, examples).argument('<NAME>', NAME);

  sub('list', 'list the agreements, those that end soonest first', ['agreement list', 'agreement list --json']).action(
    (options: CommonOptions) => list(session, options),
  );
  named('show', 'show one agreement with its grants', ['agreement show cooperation']).action(
    (name: string, options: CommonOptions) => show(session, name, options),
  );
  withGrantRights(
    withTerm(
      named('add', 'add an agreement, with its first grant if --collection is given', [
        'agreement add cooperation --partner vendor --from 2026-01-01 --until 2031-01-01',
        'agreement add public --partner anonymous --collection trends --read --max-tlp clear',
      ]),
    ).requiredOption('--partner <NAME>', 'partner, or anonymous: whoever brings no credentials'),
  ).action((name: string, options: AddOptions) => add(session, name, options));
  withGrantNumber(
    withGrantChanges(
      withTerm(
        named('change', 'change the term of an agreement, or its grant on a collection', [
          'agreement change cooperation --until 2030-06-30 --purpose "Threat data"',
          'agreement change cooperation --no-until',
          'agreement change cooperation --collection threat-data --max-tlp amber',
        ]),
      )
        .option('--no-title', 'without a title')
        .option('--no-purpose', 'without a purpose')
        .option('--no-from', 'in force from the start')
        .option('--no-until', 'open-ended'),
    ),
  ).action((name: string, options: TermOptions) => change(session, name, options));
  named('renew', 'set a later end', ['agreement renew cooperation --until 2036-01-01'])
    .requiredOption('--until <T>', 'new end: an instant, or a date for its first')
    .action((name: string, options: CommonOptions & { readonly until: string }) =>
      administerAgreement(session, options, (catalogue) =>
        renewAgreement(catalogue, name, instantOf(options.until), systemClock()),
      ),
    );
  named('report', 'a page on what was received and sent under it, in Markdown', [
    'agreement report cooperation --from 2026-01-01 --to 2026-12-31 > 2026.md',
    'agreement report cooperation --json',
  ])
    .option('--from <T>', 'from this instant or date on (default: the begin of the agreement)')
    .option('--to <T>', 'until this instant, or to the end of this date (default: now)')
    .action((name: string, options: ReportOptions) => report(session, name, options));
  for (const word of ['suspend', 'resume'] as const)
    named(
      word,
      word === 'suspend'
        ? 'set an agreement aside: it grants nothing from now on'
        : 'take a suspended agreement up again',
      [`agreement ${word} cooperation`],
    ).action((name: string, options: CommonOptions) =>
      administerAgreement(session, options, (catalogue) => suspendAgreement(catalogue, name, word === 'suspend')),
    );
  named('remove', 'remove an agreement with its grants', ['agreement remove cooperation']).action(
    (name: string, options: CommonOptions) =>
      administerAgreement(session, options, (catalogue) => removeAgreement(catalogue, name)),
  );
  withGrantRights(
    named('grant', 'add a grant on a collection', [
      'agreement grant cooperation --collection threat-data --read --write --max-tlp amber --delete own',
      'agreement grant cooperation --collection trends --read --max-tlp green --types report,note,identity',
    ]),
  ).action((name: string, options: GrantFlags) =>
    administerAgreement(session, options, (catalogue) => addGrant(catalogue, name, grantOf(options, catalogue))),
  );
  withGrantNumber(
    named('revoke-grant', 'take the grant on a collection away', [
      'agreement revoke-grant cooperation --collection threat-data',
      'agreement revoke-grant cooperation --collection threat-data --grant 2',
    ]).requiredOption('--collection <C>', 'UUID, alias or root/alias'),
  ).action((name: string, options: GrantFlags & { readonly collection: string }) =>
    administerAgreement(session, options, (catalogue) => {
      const { id } = selectCollection(catalogue, options.collection);
      return changeAgreement(catalogue, name, (now) => replaceGrant(now, id, options.grant, () => undefined));
    }),
  );
  return group;
}

/** Changes an agreement and says how it stands then. */
function administerAgreement(
  session: Session,
  options: CommonOptions,
  plan: (catalogue: Catalogue) => Edit,
): Promise<void> {
  let after: Agreement | undefined;
  const remember = (edit: Edit): Edit => {
    for (const change of edit.changes) if ('put' in change && change.put === 'agreement') after = change.value;
    return edit;
  };
  const addition = (): Addition => (after === undefined ? {} : standing(after, systemClock()));
  return administer(session, options, (catalogue) => remember(plan(catalogue)), addition);
}

function withTerm(made: Command): Command {
  return made
    .option('--title <TEXT>', 'for people')
    .option('--purpose <TEXT>', 'for people')
    .option('--from <T>', 'in force from this instant on, or from the first of a date')
    .option('--until <T>', 'in force until just before this instant, or the first of a date');
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const catalogue = await withStore(session, options, false, (store) => store.catalogue.load());
  const ending = endingAgreements(catalogue, now).map(({ agreement }) => agreement);
  const open = [...catalogue.agreement.values()].map(({ value }) => value).filter((one) => !ending.includes(one));
  const all = [...ending, ...open];
  await print(
    session,
    { agreements: all.map((agreement) => agreementDocument(catalogue, agreement, now)) },
    all.length === 0
      ? ['There are no agreements; "entente agreement add NAME --partner P" adds one.']
      : agreementTable(catalogue, all, now),
  );
}

async function show(session: Session, name: string, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const catalogue = await withStore(session, options, false, (store) => store.catalogue.load());
  const agreement = knownAgreement(catalogue, name);
  await print(session, agreementDocument(catalogue, agreement, now), agreementLines(catalogue, agreement, now));
}

async function add(session: Session, name: string, options: AddOptions): Promise<void> {
  const { collection, partner } = options;
  if (collection === undefined && grantFlagsGiven(options))
    throw new AppError('config.invalid', { description: 'Rights need a collection: add --collection C.' });
  await administerAgreement(session, options, (catalogue) => {
    const grants = collection === undefined ? [] : [grantOf(options, catalogue)];
    return addAgreement(catalogue, { ...termOf(options, { name, partner, grants }), grants });
  });
}

async function change(session: Session, name: string, options: TermOptions): Promise<void> {
  const { collection, title, purpose, from, until } = options;
  const term = [title, purpose, from, until].some((option) => option !== undefined);
  const rights = grantFlagsGiven(options);
  if (collection === undefined && (rights || options.grant !== undefined))
    throw new AppError('config.invalid', {
      description: 'Say on which collection the rights are: add --collection C.',
    });
  if (!term && !rights)
    throw new AppError('config.invalid', {
      description: 'Say what to change: --title, --purpose, --from, --until, or --collection with the rights on it.',
    });
  await administerAgreement(session, options, (catalogue) =>
    changeAgreement(catalogue, name, (now) => {
      const changedTerm = termOf(options, now);
      if (collection === undefined) return changedTerm;
      const { id } = selectCollection(catalogue, collection);
      return replaceGrant(changedTerm, id, options.grant, (grant) => grantChange(options, grant));
    }),
  );
}

function termOf(options: TermOptions, { title, purpose, from, until, ...rest }: Agreement): Agreement {
  const instant = (option: string | false | undefined) => (typeof option === 'string' ? instantOf(option) : option);
  return {
    ...rest,
    ...changed('title', options.title, title),
    ...changed('purpose', options.purpose, purpose),
    ...changed('from', instant(options.from), from),
    ...changed('until', instant(options.until), until),
  };
}
