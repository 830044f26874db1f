import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { composeHub, type HubParts, openStore } from '../compose.ts';
import { loadServeSettings, type ServeSettings } from '../config.ts';
import { AppError } from '../errors.ts';
import { loadTls, type TlsMaterial } from '../http/tls.ts';
import { keepTlsCurrent } from '../http/tls-reload.ts';
import { createLogger, type Logger } from '../observe/log.ts';
import { gatherLines } from '../observe/log-lines.ts';
import { applyHubFile } from '../sharing/admin.ts';
import { readHubFile } from '../sharing/hub-file.ts';
import { loadExtensionSchemas } from '../stix/schemas.ts';
import type { Store } from '../store/store.ts';
import { systemClock } from '../time.ts';
import { startTrendSchedule } from '../trends/schedule.ts';
import { keepCredentialUses } from './credential-uses.ts';
import { startFeeds } from './feeds.ts';
import { hubDeps } from './hub.ts';
import { writeLine } from './io.ts';
import { type CommonOptions, command, print, type Session } from './session.ts';
import { onHangup, stopRequested } from './signals.ts';
import { startUpkeep } from './upkeep.ts';

export function serveCommand(session: Session): Command {
  return command(session, 'serve', 'serve the hub until SIGTERM or SIGINT', [
    'serve',
    'serve --hub hub.yaml --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key key.pem',
    'serve --hub hub.yaml --host 0.0.0.0 --public-url https://taxii.example.org --trust-proxy 10.0.0.5',
  ])
    .option('--hub <FILE>', 'hub file to apply first (ENTENTE_HUB)')
    .option('--host <HOST>', 'address to listen on (ENTENTE_HOST, default 127.0.0.1)')
    .option('--port <PORT>', 'port to listen on, 0 for any free one (ENTENTE_PORT, default 6100)')
    .option('--public-url <URL>', 'scheme, host and port that callers use (ENTENTE_PUBLIC_URL)')
    .option('--trust-proxy <LIST>', 'proxies whose forwarded headers count, with commas (ENTENTE_TRUST_PROXY)')
    .option('--tls-cert <FILE>', 'PEM certificate, then those of intermediate authorities (ENTENTE_TLS_CERT)')
    .option('--tls-key <FILE>', 'PEM private key of the certificate (ENTENTE_TLS_KEY)')
    .option('--client-ca <FILE>', 'PEM certificates of the authorities of client certificates (ENTENTE_CLIENT_CA)')
    .option('--client-cert-header <NAME>', 'header of client certificates from proxies (ENTENTE_CLIENT_CERT_HEADER)')
    .option('--log-level <LEVEL>', 'silent, fatal, error, warn, info or debug (ENTENTE_LOG_LEVEL, default info)')
    .action((options: CommonOptions) => serve(session, options));
}

async function serve(session: Session, options: CommonOptions): Promise<void> {
  const settings = loadServeSettings(options, session.io.environment);
  const logger = loggerOf(session, settings);
  const hubFile = settings.hubFile === undefined ? undefined : await readHubFile(settings.hubFile);
  for (const warning of hubFile?.warnings ?? []) logger.warn(warning);
  const tls = settings.tls && (await loadTls(settings.tls));
  const store = await openStore(settings, hubFile !== undefined);
  await serveStore(session, store, settings, logger, tls, async () => {
    if (hubFile === undefined) return;
    const { differences, warnings } = await applyHubFile(store, hubFile, hubDeps(hubFile.file, session.io.environment));
    for (const warning of warnings) logger.warn(warning);
    for (const { action, name, fields } of differences) logger.info({ action, name, fields }, 'applied');
  });
}

/** JSON lines on standard error, so that standard output stays free. */
export function loggerOf(session: Session, settings: ServeSettings): Logger {
  return createLogger(settings.logLevel, gatherLines(session.io.stderr));
}

/** How long requests may go on after a signal. */
const GRACE_MS = 30_000;

/**
 * Prepares and serves an open store until a signal asks to stop, then ends everything in order.
 * @param prepare what has to be done before anybody is served
 */
export async function serveStore(
  session: Session,
  store: Store,
  settings: ServeSettings,
  logger: Logger,
  tls: TlsMaterial | undefined,
  prepare: () => Promise<void>,
  ready: (url: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await using hub = composeHub(store, settings, logger, systemClock, tls);
  await prepare();
  await hub.ledger.start();
  // From here on a signal is an order to end well.
  const stop = stopRequested();
  const url = await listen(hub, settings);
  using reload = settings.tls && tls && keepTlsCurrent(hub.app.server, settings.tls, tls, logger);
  using _hangup = reload && onHangup(() => void reload.reload());
  await warnAboutClearText(session, hub, settings);
  await using _uses = keepCredentialUses(hub);
  await using _upkeep = startUpkeep(hub);
  await using _feeds = startFeeds(hub, settings, session.io.environment);
  await using _trends = startTrendSchedule({
    store,
    clock: systemClock,
    catalogue: hub.catalogue,
    extensionSchemas: loadExtensionSchemas(settings.schemaDirectory),
    published: (reports) => logger.info({ reports: reports.length }, 'trends published'),
    failed: (error) => logger.error({ err: error }, 'trends could not be published'),
  });
  await print(session, { listening: url }, [`listening on ${url}`]);
  await ready(url);
  const signal = await stop;
  logger.info({ signal }, 'stopping');
  await finishRequests(hub);
  logger.flush();
}

/** @returns the URL at which the hub is reached from its own machine */
async function listen({ app }: HubParts, { host, port, tls }: ServeSettings): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw cannotListen(error, host, port);
  }
  const { port: actual } = app.server.address() as AddressInfo;
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}

function cannotListen(error: unknown, host: string, port: number): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken on ${host}. Choose another with --port, or stop what listens there.`,
    EACCES: `Port ${port} needs more rights than the program has. Choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host.`,
    ENOTFOUND: `The name ${host} has no address. Choose another with --host.`,
  };
  const description = reasons[String(code)] ?? `The hub cannot listen on ${host}:${port} (${String(code ?? error)}).`;
  return new AppError('address.unavailable', { description, cause: error });
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Passwords in clear text over a network are a fault of the installation that nobody should overlook. */
async function warnAboutClearText(session: Session, hub: HubParts, settings: ServeSettings): Promise<void> {
  const { host, publicUrl = '', tls } = settings;
  const { credential } = await hub.catalogue.get();
  if (tls !== undefined || LOOPBACK.test(host) || publicUrl.startsWith('https:') || credential.size === 0) return;
  const warning = `${host} can be reached from other machines, and this hub speaks HTTP without TLS: credentials and threat data travel in clear text. Give it a certificate with --tls-cert and --tls-key, or put a proxy with TLS in front and set --public-url https://…, or listen on 127.0.0.1.`;
  hub.logger.warn({ host }, warning);
  // The log is for programs; whoever sits at a terminal should not have to find it there.
  if (session.io.stderr.isTTY === true) await writeLine(session.io.stderr, `\nWARNING: ${warning}\n`);
}

/** Lets requests under way finish, but not for ever. */
async function finishRequests({ app, logger }: HubParts): Promise<void> {
  const cut = new AbortController();
  const late = wait(GRACE_MS, undefined, { signal: cut.signal, ref: false }).then(
    () => {
      logger.warn(`requests still under way after ${GRACE_MS / 1000} s were cut off`);
      app.server.closeAllConnections();
    },
    () => undefined,
  );
  await app.close();
  cut.abort();
  await late;
}
