import { readFile, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { CHECKS } from '../conform/checks/index.ts';
import type { Client } from '../conform/clients/client.ts';
import { CLIENTS, type ClientReport, replayClient } from '../conform/clients/index.ts';
import { junit } from '../conform/junit.ts';
import { reportDocument } from '../conform/report.ts';
import { conform, type Report, type RunOptions } from '../conform/run.ts';
import { AppError } from '../errors.ts';
import { clientDocument, clientText } from './conform-client-text.ts';
import { listDocument, listText, reportText } from './conform-text.ts';
import { EXIT } from './failure.ts';
import { showProgress } from './progress.ts';
import { type CommonOptions, command, print, type Session } from './session.ts';
import { whenStopped } from './signals.ts';

interface ConformOptions extends CommonOptions {
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly insecure?: true;
  readonly collection?: string;
  readonly writeCollection?: string;
  readonly only?: readonly string[];
  readonly list?: true;
  readonly junit?: string;
  readonly as?: string;
}

export function conformCommand(session: Session): Command {
  return command(session, 'conform', 'check any TAXII 2.1 server against the standard', [
    'conform https://taxii.example/taxii2/ --user siem --password-env SIEM_PASSWORD',
    'conform https://taxii.example/taxii2/ --token-file token --write-collection 5b1e6f0c-… --junit report.xml',
    'conform http://127.0.0.1:6100/taxii2/ --user vendor --password-file data/demo-password --only T21-3.4 T21-3.5',
    'conform https://taxii.example/taxii2/ --user siem --password-env SIEM_PASSWORD --as sentinel',
    'conform --list',
  ])
    .argument('[URL]', 'the discovery URL, or that of an API root')
    .option('--user <NAME>', 'user of HTTP Basic')
    .option('--password-env <VARIABLE>', 'environment variable that holds the password')
    .option('--password-file <FILE>', 'file that holds it')
    .option('--token-env <VARIABLE>', 'environment variable that holds a bearer token')
    .option('--token-file <FILE>', 'file that holds it')
    .option('--cert <FILE>', 'client certificate, PEM')
    .option('--key <FILE>', 'its key, PEM')
    .option('--ca <FILE>', 'authority of the server, PEM; default those that Node trusts')
    .option('--insecure', 'do not check the certificate of the server')
    .option('--collection <C>', 'collection to read: id, alias or title; default one with objects')
    .option('--write-collection <C>', 'collection to add objects to, which are deleted at the end; default: only read')
    .option('--only <ID...>', 'only checks of these requirements or sections: T21-3.4-03, T21-3.4')
    .addOption(new Option('--list', 'print all checks with their requirements and levels'))
    .addOption(
      new Option('--as <CLIENT>', 'replay what a product sends, and print what to type into it').choices(
        CLIENTS.map(({ name }) => name),
      ),
    )
    .option('--junit <FILE>', 'write the results as JUnit XML as well')
    .action((url: string | undefined, options: ConformOptions) => run(session, url, options));
}

async function run(session: Session, url: string | undefined, options: ConformOptions): Promise<void> {
  if (options.list === true) return await print(session, listDocument(), listText());
  if (url === undefined)
    throw new AppError('config.invalid', {
      description: 'Give the URL of a server, such as https://taxii.example/taxii2/, or --list.',
    });
  const wanted = await runOptions(session, url, options);
  const client = CLIENTS.find(({ name }) => name === options.as);
  if (client !== undefined) {
    if (options.only !== undefined || options.junit !== undefined)
      throw invalid('--as goes without --only and --junit.');
    const report = await replayed(client, wanted);
    await print(session, clientDocument(report), clientText(report));
    if (!report.works) session.exitCode = EXIT.findings;
    return;
  }
  const report = await checked(session, wanted);
  if (options.junit !== undefined) await write(options.junit, junit(report));
  await print(session, reportDocument(report), reportText(report));
  const bad = report.results.some(({ verdict }) => verdict === 'fail');
  if (bad || report.ended !== undefined) session.exitCode = EXIT.findings;
}

async function replayed(client: Client, options: RunOptions): Promise<ClientReport> {
  using stop = whenStopped();
  return await replayClient(client, { ...options, signal: stop.signal });
}

async function checked(session: Session, options: RunOptions): Promise<Report> {
  using stop = whenStopped();
  using progress = showProgress(session, 'checks');
  return await conform({ ...options, signal: stop.signal, progress: (done, total) => progress.update(done, total) });
}

async function runOptions(session: Session, url: string, options: ConformOptions): Promise<RunOptions> {
  const { cert, key, ca } = options;
  if ((cert === undefined) !== (key === undefined)) throw invalid('--cert and --key go together.');
  return {
    url,
    authorization: await authorizationOf(session, options),
    cert: await pem('--cert', cert),
    key: await pem('--key', key),
    ca: await pem('--ca', ca),
    insecure: options.insecure,
    collection: options.collection,
    writeCollection: options.writeCollection,
    only: options.only === undefined ? undefined : rowsOf(options.only),
  };
}

/** The requirements that ids or sections name. */
function rowsOf(names: readonly string[]): string[] {
  const all = new Set(CHECKS.flatMap(({ id, also }) => [id, ...also]));
  return names.flatMap((name) => {
    const rows = [...all].filter((row) => row === name || row.startsWith(`${name}-`) || row.startsWith(`${name}.`));
    if (rows.length === 0) throw invalid(`No check shows "${name}". "entente conform --list" lists them.`);
    return rows;
  });
}

async function authorizationOf(session: Session, options: ConformOptions): Promise<string | undefined> {
  const password = await secretOf(session, 'password', options.passwordEnv, options.passwordFile);
  const token = await secretOf(session, 'token', options.tokenEnv, options.tokenFile);
  if (options.user !== undefined && token !== undefined)
    throw invalid('Give a user with a password, or a token, not both.');
  if (options.user === undefined && password !== undefined) throw invalid('A password needs --user.');
  if (options.user !== undefined && password === undefined)
    throw invalid('--user needs --password-env VARIABLE or --password-file FILE.');
  if (token !== undefined) return `Bearer ${token}`;
  return options.user === undefined
    ? undefined
    : `Basic ${Buffer.from(`${options.user}:${password}`).toString('base64')}`;
}

async function secretOf(
  session: Session,
  what: string,
  variable: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (variable !== undefined && file !== undefined)
    throw invalid(`Give the ${what} once: --${what}-env or --${what}-file.`);
  if (file !== undefined) return (await read(`--${what}-file`, file)).replace(/\r?\n$/, '');
  if (variable === undefined) return undefined;
  const value = session.io.environment[variable];
  if (value === undefined || value === '')
    throw invalid(`The environment variable ${variable} (--${what}-env) is not set.`);
  return value;
}

async function pem(flag: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await read(flag, file);
  if (!text.includes('-----BEGIN ')) throw invalid(`${flag} ${file} holds no PEM text (-----BEGIN …).`);
  return text;
}

async function read(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('file.unreadable', {
      description: `${flag} ${file} cannot be read: ${(cause as Error).message}.`,
      cause,
    });
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new AppError('file.unreadable', {
      description: `--junit ${file} cannot be written: ${(cause as Error).message}.`,
      cause,
    });
  }
}

function invalid(description: string): AppError {
  return new AppError('config.invalid', { description });
}
