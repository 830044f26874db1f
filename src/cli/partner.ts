import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { AppError } from '../errors.ts';
import { credentialState } from '../sharing/credentials.ts';
import { limitsEntry, partnerEntry } from '../sharing/entries.ts';
import { knownParty } from '../sharing/known.ts';
import {
  ANONYMOUS,
  type Catalogue,
  credentialName,
  type IdentityObject,
  type Limits,
  type Partner,
} from '../sharing/model.ts';
import { addPartner, agreementsOf, changePartner, credentialsOf, removePartner } from '../sharing/partners.ts';
import { stateOf } from '../sharing/term.ts';
import { type Micros, systemClock } from '../time.ts';
import { administer, madeBy, wholeNumber } from './administer.ts';
import { agreementTable } from './agreement-text.ts';
import { credentialTable, loadCredentials } from './credential-text.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { pairs, table } from './table.ts';

interface EditOptions extends CommonOptions {
  readonly identity?: string | false;
  readonly identityFile?: string;
  readonly requestsPerMinute?: number | 'none' | false;
  readonly concurrentRequests?: number | 'none' | false;
}

interface RemoveOptions extends CommonOptions {
  readonly cascade?: true;
}

export function partnerCommand(session: Session): Command {
  const group = new Command('partner').description('organisations: list, show, add, change, remove');
  const sub = (name: string, description: string, examples: readonly string[]): Command => {
    const made = command(session, name, description, examples);
    group.addCommand(made);
    return made;
  };
  sub('list', 'list the partners', ['partner list']).action((options: CommonOptions) => list(session, options));
  sub('show', 'show one partner with its credentials and agreements', ['partner show vendor'])
    .argument('<NAME>', `name of a partner, or ${ANONYMOUS}`)
    .action((name: string, options: CommonOptions) => show(session, name, options));
  withIdentity(
    sub('add', 'add a partner', [
      'partner add vendor',
      'partner add vendor --identity identity--8c6af861-7b20-41ef-9b59-6344fd872a8f',
      'partner add vendor --identity-file vendor.json',
    ]),
  ).action(async (name: string, options: EditOptions) => {
    const identity = await identityOf(options);
    await administer(session, options, (catalogue) => addPartner(catalogue, withOptions(options, identity, { name })));
  });
  withIdentity(
    sub('change', 'change the identity or the limits of a partner', [
      'partner change vendor --identity-file vendor.json',
      'partner change vendor --no-identity',
      'partner change vendor --requests-per-minute 600 --concurrent-requests none',
    ]),
  )
    .option('--no-identity', 'forget its identity')
    .option('--no-requests-per-minute', 'as many as the hub lets every partner')
    .option('--no-concurrent-requests', 'as many as the hub lets every partner')
    .action((name: string, options: EditOptions) => change(session, name, options));
  sub('remove', 'remove a partner', ['partner remove vendor', 'partner remove vendor --cascade'])
    .argument('<NAME>', 'name of the partner')
    .option('--cascade', 'remove its agreements and credentials with it')
    .action((name: string, options: RemoveOptions) =>
      administer(session, options, (catalogue) => removePartner(catalogue, name, options.cascade ?? false)),
    );
  return group;
}

function withIdentity(made: Command): Command {
  return made
    .argument('<NAME>', 'name: lower-case letters, digits, dots, hyphens, underscores')
    .option('--identity <ID>', 'id of its STIX identity')
    .option('--identity-file <FILE>', 'file with its STIX identity object as JSON')
    .option('--requests-per-minute <N>', 'requests that it may make in a minute, or none for no limit', limitOf)
    .option('--concurrent-requests <N>', 'requests that it may have under way at once, or none', limitOf);
}

async function change(session: Session, name: string, options: EditOptions): Promise<void> {
  const identity = await identityOf(options);
  if ((identity ?? options.requestsPerMinute ?? options.concurrentRequests) === undefined)
    throw new AppError('config.invalid', {
      description:
        'Say what to change: --identity ID, --identity-file FILE, --no-identity or --requests-per-minute N, say.',
    });
  await administer(session, options, (catalogue) =>
    changePartner(catalogue, name, (now) => withOptions(options, identity, now)),
  );
}

/** What is said changes, `false` takes it away, the rest stays. */
function withOptions(
  { requestsPerMinute, concurrentRequests }: EditOptions,
  identity: string | IdentityObject | false | undefined,
  before: Partner,
): Partner {
  const limits = {
    ...kept('requestsPerMinute', requestsPerMinute ?? before.limits?.requestsPerMinute),
    ...kept('concurrentRequests', concurrentRequests ?? before.limits?.concurrentRequests),
  };
  return {
    name: before.name,
    ...kept('identity', identity ?? before.identity),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function kept<K extends string, T>(key: K, value: T | false | undefined): { readonly [P in K]?: T } {
  return (value === undefined || value === false ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function limitOf(text: string): number | 'none' {
  return text === 'none' ? text : wholeNumber(text);
}

async function identityOf({
  identity,
  identityFile,
}: EditOptions): Promise<string | IdentityObject | false | undefined> {
  if (identityFile === undefined) return identity;
  if (identity !== undefined)
    throw new AppError('config.invalid', { description: 'Give the identity once: as an id or as a file.' });
  let text: string;
  try {
    text = await readFile(identityFile, 'utf8');
  } catch (error) {
    throw new AppError('file.unreadable', {
      description: `${identityFile} cannot be read: ${(error as Error).message}.`,
      cause: error,
    });
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no JSON object');
    // What kind of object it is, is checked with the partner.
    return value as IdentityObject;
  } catch (error) {
    throw new AppError('config.invalid', {
      description: `${identityFile} holds no STIX identity object: ${(error as Error).message}.`,
    });
  }
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const catalogue = await withStore(session, options, false, (store) => store.catalogue.load());
  const partners = [...catalogue.partner.values()].map(({ value }) => value);
  const rows = partners.map((partner) => {
    const agreements = agreementsOf(catalogue, partner.name);
    const credentials = credentialsOf(catalogue, partner.name);
    return [
      partner.name,
      `${agreements.filter((agreement) => stateOf(agreement, now) === 'in force').length} of ${agreements.length}`,
      `${credentials.filter((credential) => credentialState(credential, now) === 'active').length} of ${credentials.length}`,
      originOf(catalogue, partner.name),
      identityText(partner),
    ];
  });
  await print(
    session,
    { partners: partners.map(({ name }) => documentOf(catalogue, name, now)) },
    rows.length === 0
      ? ['There are no partners; "entente partner add NAME" adds one.']
      : table(['PARTNER', 'AGREEMENTS IN FORCE', 'CREDENTIALS ACTIVE', 'MADE BY', 'IDENTITY'], rows),
  );
}

async function show(session: Session, name: string, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const loaded = await withStore(session, options, false, loadCredentials);
  const { catalogue } = loaded;
  knownParty(catalogue, name);
  const agreements = agreementsOf(catalogue, name);
  const credentials = credentialsOf(catalogue, name);
  await print(session, documentOf(catalogue, name, now), [
    ...pairs([
      ['name', name],
      ['identity', identityText(catalogue.partner.get(name)?.value ?? { name })],
      ['limits', limitsText(catalogue.partner.get(name)?.value.limits)],
      ['made by', originOf(catalogue, name)],
    ]),
    '',
    ...(agreements.length === 0
      ? [`No agreements; "entente agreement add NAME --partner ${name}" adds one.`]
      : agreementTable(catalogue, agreements, now)),
    ...(name === ANONYMOUS
      ? []
      : [
          '',
          ...(credentials.length === 0
            ? [`No credentials; "entente credential add NAME --partner ${name}" adds one.`]
            : credentialTable(loaded, credentials, now)),
        ]),
  ]);
}

function originOf(catalogue: Catalogue, name: string): string {
  const origin = catalogue.partner.get(name)?.origin;
  return origin === undefined ? 'built in' : madeBy(origin);
}

function identityText({ identity }: Partner): string {
  if (identity === undefined) return '-';
  if (typeof identity === 'string') return identity;
  return typeof identity.name === 'string' ? `${identity.id} (${identity.name})` : identity.id;
}

function limitsText(limits: Limits | undefined): string {
  if (limits === undefined) return 'those of the hub';
  return Object.entries(limitsEntry(limits))
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function documentOf(catalogue: Catalogue, name: string, now: Micros): Record<string, unknown> {
  return {
    ...partnerEntry(catalogue.partner.get(name)?.value ?? { name }),
    made_by: originOf(catalogue, name),
    agreements: agreementsOf(catalogue, name).map((agreement) => ({
      name: agreement.name,
      state: stateOf(agreement, now),
    })),
    credentials: credentialsOf(catalogue, name).map((credential) => ({
      name: credentialName(credential),
      state: credentialState(credential, now),
    })),
  };
}
