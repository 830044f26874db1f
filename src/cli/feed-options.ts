import type { Command } from 'commander';
import { Option } from 'commander';
import type { FeedCredentialsEntry, FeedEntry, FeedTermsEntry } from '../sharing/hub-document.ts';
import { FEED_WAYS, type FeedWay, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { instantOf, listOf } from './administer.ts';
import type { CommonOptions } from './session.ts';

/** Options of `feed add` and `feed change`; what is false is taken away. */
export interface FeedFlags extends CommonOptions {
  readonly partner?: string;
  readonly collection?: string;
  readonly url?: string;
  readonly remoteCollection?: string;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly tokenScheme?: string;
  readonly credentials?: false;
  readonly caFile?: string | false;
  readonly certFile?: string | false;
  readonly keyFile?: string | false;
  readonly proxy?: string | false;
  readonly proxyEnv?: string | false;
  readonly allow?: readonly string[] | false;
  readonly pull?: boolean;
  readonly pullSchedule?: string | false;
  readonly pullTypes?: readonly string[] | false;
  readonly pullMaxTlp?: Tlp | false;
  readonly pullAddedAfter?: string | false;
  readonly push?: boolean;
  readonly pushSchedule?: string | false;
  readonly pushTypes?: readonly string[] | false;
  readonly pushMaxTlp?: Tlp | false;
  readonly pushAddedAfter?: string | false;
}

export function withFeedOptions(made: Command): Command {
  made
    .option('--user <USER>', 'signs in with HTTP Basic')
    .option('--password-env <VARIABLE>', 'variable that holds the password where the feed runs')
    .option('--password-file <FILE>', 'file that holds the password')
    .option('--token-env <VARIABLE>', 'variable that holds a token where the feed runs')
    .option('--token-file <FILE>', 'file that holds a token')
    .option('--token-scheme <WORD>', 'word before the token, default Bearer')
    .option('--ca-file <FILE>', 'PEM certificates of the authorities to trust instead of the usual ones')
    .option('--cert-file <FILE>', 'PEM client certificate')
    .option('--key-file <FILE>', 'PEM key of the client certificate')
    .option('--proxy <URL>', 'HTTP proxy')
    .option('--proxy-env <VARIABLE>', 'variable that holds the URL of the HTTP proxy, with its credentials')
    .option('--allow <NETWORK>', 'private address or network that is permitted; may be given several times', collect);
  for (const way of FEED_WAYS) {
    const does = way === 'pull' ? 'take from there' : 'send there';
    made
      .option(`--${way}`, `${does}, by hand unless there is a schedule`)
      .option(`--${way}-schedule <CRON>`, `when to ${does}: minute, hour, day, month, weekday, in UTC`)
      .option(`--${way}-types <LIST>`, 'only these STIX types, separated by commas', listOf)
      .addOption(new Option(`--${way}-max-tlp <LEVEL>`, 'only what this TLP level admits').choices([...TLP_LEVELS]))
      .option(`--${way}-added-after <T>`, 'a first run begins at this instant, or at the first of a date', instantOf);
  }
  return made;
}

/** The options of `feed change` that take something away. */
export function withoutOptions(made: Command): Command {
  made.option('--no-credentials', 'sign in with nothing but a client certificate');
  for (const name of ['ca-file', 'cert-file', 'key-file', 'proxy', 'proxy-env', 'allow'])
    made.option(`--no-${name}`, `without ${name}`);
  for (const way of FEED_WAYS) {
    made.option(`--no-${way}`, `no ${way} any more`).option(`--no-${way}-schedule`, 'by hand only');
    for (const name of ['types', 'max-tlp', 'added-after']) made.option(`--no-${way}-${name}`, `without this limit`);
  }
  return made;
}

function collect(value: string, list: readonly string[] | undefined): readonly string[] {
  return [...(Array.isArray(list) ? list : []), value];
}

/** The entry of a hub file with what a command line says of it. */
export function changedEntry(before: FeedEntry, flags: FeedFlags): FeedEntry {
  const { tls = {} } = before;
  const proxied = flags.proxy !== undefined || flags.proxyEnv !== undefined;
  return pruned({
    ...before,
    partner: flags.partner ?? before.partner,
    url: flags.url ?? before.url,
    remote_collection: flags.remoteCollection ?? before.remote_collection,
    credentials: credentialsOf(before.credentials, flags),
    tls: orNothing({
      ca_file: flags.caFile ?? tls.ca_file,
      cert_file: flags.certFile ?? tls.cert_file,
      key_file: flags.keyFile ?? tls.key_file,
    }),
    proxy: proxied ? flags.proxy : before.proxy,
    proxy_env: proxied ? flags.proxyEnv : before.proxy_env,
    allow: flags.allow ?? before.allow,
    ...Object.fromEntries(FEED_WAYS.map((way) => [way, termsOf(before[way], flags, way)])),
  }) as FeedEntry;
}

function credentialsOf(
  before: FeedCredentialsEntry | undefined,
  { user, passwordEnv, passwordFile, tokenEnv, tokenFile, tokenScheme, credentials }: FeedFlags,
): object | undefined {
  if (credentials === false) return undefined;
  const basic = [user, passwordEnv, passwordFile].some((flag) => flag !== undefined);
  const token = [tokenEnv, tokenFile, tokenScheme].some((flag) => flag !== undefined);
  if (!basic && !token) return before;
  // Both: whatever comes of it is refused with what is wrong.
  const known = before?.kind === (token ? 'token' : 'basic') ? before : undefined;
  const place = passwordEnv ?? passwordFile ?? tokenEnv ?? tokenFile;
  const kept = known === undefined || place === undefined ? known : withoutPlace(known);
  return pruned({
    ...kept,
    kind: token ? 'token' : 'basic',
    ...given('user', user),
    ...given('password_env', passwordEnv),
    ...given('password_file', passwordFile),
    ...given('token_env', tokenEnv),
    ...given('token_file', tokenFile),
    ...given('scheme', tokenScheme),
  });
}

function withoutPlace(entry: FeedCredentialsEntry): object {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !/_(env|file)$/.test(key)));
}

function given(key: string, value: string | undefined): object {
  return value === undefined ? {} : { [key]: value };
}

function termsOf(before: FeedTermsEntry | undefined, flags: FeedFlags, way: FeedWay): object | undefined {
  const [on, schedule, types, maxTlp, after] =
    way === 'pull'
      ? [flags.pull, flags.pullSchedule, flags.pullTypes, flags.pullMaxTlp, flags.pullAddedAfter]
      : [flags.push, flags.pushSchedule, flags.pushTypes, flags.pushMaxTlp, flags.pushAddedAfter];
  if (on === false) return undefined;
  const wanted = on === true || [schedule, types, maxTlp, after].some((flag) => flag !== undefined && flag !== false);
  if (before === undefined && !wanted) return undefined;
  return pruned({
    schedule: schedule ?? before?.schedule,
    types: types ?? before?.types,
    max_tlp: maxTlp ?? before?.max_tlp,
    added_after: after ?? before?.added_after,
  });
}

function orNothing(value: Record<string, unknown>): object | undefined {
  const left = pruned(value);
  return Object.keys(left).length === 0 ? undefined : left;
}

function pruned(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined && part !== false));
}
