import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { importItems } from '../collections/import.ts';
import { openStore } from '../compose.ts';
import { loadServeSettings, type ServeSettings } from '../config.ts';
import { AppError } from '../errors.ts';
import { loadTls } from '../http/tls.ts';
import { applyHubFile } from '../sharing/admin.ts';
import { decide } from '../sharing/decide.ts';
import { type HubFile, readHubFile } from '../sharing/hub-file.ts';
import { type Item, readItems } from '../stix/bundle.ts';
import type { Store } from '../store/store.ts';
import { type Micros, systemClock } from '../time.ts';
import { demoYear } from './demo-year.ts';
import { hubDeps } from './hub.ts';
import { writeLine } from './io.ts';
import { packageFile } from './package.ts';
import { selectCollection } from './select.ts';
import { loggerOf, serveStore } from './serve.ts';
import { type CommonOptions, command, type Session } from './session.ts';
import { openSources } from './source.ts';

/** The partner of the hub file, and the variable that stands there for its password. */
const USER = 'vendor';
const PASSWORD_VARIABLE = 'DEMO_PASSWORD';
/** The hub file has no operator; the demo adds one, so that its pages can be seen. */
const OPERATOR = 'ops';
const OPERATOR_VARIABLE = 'DEMO_OPERATOR_PASSWORD';
const HOUR: Micros = 3_600_000_000;
const COLLECTIONS = ['threat-data', 'cybercrime-trends'];

export function demoCommand(session: Session): Command {
  return command(session, 'demo', 'make a hub with sample data and serve it, to look around', [
    'demo',
    'demo --data /tmp/demo --port 6200',
  ])
    .option('--host <HOST>', 'address to listen on (ENTENTE_HOST, default 127.0.0.1)')
    .option('--port <PORT>', 'port to listen on, 0 for any free one (ENTENTE_PORT, default 6100)')
    .option('--log-level <LEVEL>', 'silent, fatal, error, warn, info or debug (default warn)')
    .action((options: CommonOptions) => demo(session, options));
}

async function demo(session: Session, options: CommonOptions): Promise<void> {
  const { environment } = session.io;
  const settings = loadServeSettings({ logLevel: environment.ENTENTE_LOG_LEVEL ?? 'warn', ...options }, environment);
  const passwords = await demoPasswords(settings);
  const file = packageFile('fixtures/hub.yaml');
  const hubFile = withOperator(await readHubFile(file));
  const tls = settings.tls && (await loadTls(settings.tls));
  const store = await openStore(settings, true);
  const prepare = async (): Promise<void> => {
    await applyHubFile(store, hubFile, hubDeps(file, { ...environment, ...passwords }));
    await loadSamples(store, settings);
  };
  await serveStore(session, store, settings, loggerOf(session, settings), tls, prepare, async (url) => {
    if (!session.json) for (const line of welcome(url, passwords, hubFile)) await writeLine(session.io.stdout, line);
  });
}

type Passwords = Readonly<Record<typeof PASSWORD_VARIABLE | typeof OPERATOR_VARIABLE, string>>;

/**
 * The passwords of the demo, made at the first start and kept.
 * @throws {AppError} config.invalid when the data directory holds a hub that is not the demo's
 */
async function demoPasswords({ data, databaseFile }: ServeSettings): Promise<Passwords> {
  if (!existsSync(join(data, 'demo-password')) && existsSync(databaseFile))
    throw new AppError('config.invalid', {
      description: `${data} holds a hub that "entente demo" did not make, and it would change it. Serve it with "entente serve", or choose another directory with --data.`,
    });
  return {
    [PASSWORD_VARIABLE]: await keptPassword(data, 'demo-password'),
    [OPERATOR_VARIABLE]: await keptPassword(data, 'demo-operator-password'),
  };
}

async function keptPassword(data: string, name: string): Promise<string> {
  const file = join(data, name);
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const password = randomBytes(18).toString('base64url');
  await mkdir(data, { recursive: true });
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

function withOperator(hubFile: HubFile): HubFile {
  const credentials = [{ kind: 'basic' as const, user: OPERATOR, password_env: OPERATOR_VARIABLE }];
  return { ...hubFile, document: { ...hubFile.document, operators: [{ name: OPERATOR, credentials }] } };
}

/** Loads the samples into collections that never held anything, so that what was deleted stays deleted. */
async function loadSamples(store: Store, { spoolDirectory }: ServeSettings): Promise<void> {
  const directory = packageFile('fixtures/samples');
  const files = (await readdir(directory)).sort();
  const catalogue = await store.catalogue.load();
  for (const alias of COLLECTIONS) {
    const collection = selectCollection(catalogue, alias);
    const verdict = decide(catalogue, { operator: 'demo' }, collection, 'write', systemClock());
    const { lastAdded } = await store.objects.counts(collection.id);
    if (lastAdded !== undefined || verdict.kind !== 'allowed') continue;
    const own = files.filter((name) => name.startsWith(alias)).map((name) => join(directory, name));
    await using sources = await openSources(own, process.stdin, spoolDirectory);
    const take = (source: string, items: AsyncIterable<Item>, records: boolean): Promise<unknown> =>
      importItems({
        store: store.objects,
        clock: systemClock,
        collection,
        verdict,
        source: 'import',
        records,
        definitions: [],
        extensionSchemas: new Map(),
        items,
        refused: ({ item, message }) => {
          throw new Error(`${source}:${item.position.line}: ${message}`);
        },
        progress: () => undefined,
      });
    if (alias === COLLECTIONS[0]) await take('a year', readItems(Readable.from(demoBytes())), true);
    for (const source of sources.list) await take(source.name, readItems(source.read()), false);
  }
}

/** What happened before the first start. */
function* demoBytes(): Generator<Buffer, void, undefined> {
  for (const line of demoYear(systemClock() - HOUR)) yield Buffer.from(line);
}

function welcome(url: string, passwords: Passwords, { document }: HubFile): string[] {
  const root = document.api_roots[0];
  const collection = root?.collections?.[0];
  const password = passwords[PASSWORD_VARIABLE];
  return [
    '',
    `Discovery  ${url}/taxii2/`,
    `Console    ${url}/console/`,
    '',
    `User       ${USER}`,
    `Password   ${password}`,
    '',
    `Operator   ${OPERATOR}`,
    `Password   ${passwords[OPERATOR_VARIABLE]}`,
    '',
    'A first poll:',
    '',
    `curl -u ${USER}:${password} -H 'Accept: application/taxii+json;version=2.1' '${url}/${root?.path}/collections/${collection?.id}/objects/?limit=5'`,
    '',
    'Ctrl+C stops it; the next start keeps data and passwords.',
  ];
}
