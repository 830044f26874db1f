import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { hashToken, newToken } from '../auth/bearer.ts';
import { canonicalFingerprint, canonicalSubject, isFingerprint, isSubject } from '../auth/mtls.ts';
import { hashPassword, isPasswordHash } from '../auth/secrets.ts';
import { AppError } from '../errors.ts';
import {
  addCredential,
  knownCredential,
  removeCredential,
  revokeCredential,
  rotatePassword,
  rotateToken,
} from '../sharing/credentials.ts';
import { findPassword } from '../sharing/hub-secrets.ts';
import {
  CREDENTIAL_KINDS,
  type Credential,
  type CredentialKind,
  credentialName,
  type Owner,
} from '../sharing/model.ts';
import { formatMicros, systemClock } from '../time.ts';
import { type Addition, administer, instantOf, listOf, wholeNumber } from './administer.ts';
import { credentialDocument, credentialTable, loadCredentials } from './credential-text.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';

interface PasswordOptions extends CommonOptions {
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
}

interface AddOptions extends PasswordOptions {
  readonly kind: Credential['kind'];
  readonly partner?: string;
  readonly operator?: string;
  readonly expires?: string;
  readonly requires?: readonly string[];
}

interface RotateOptions extends PasswordOptions {
  readonly overlap?: number;
  readonly expires?: string;
}

/** How long an old token goes on beside its successor unless said otherwise. */
const OVERLAP_DAYS = 7;

const PASSWORD_BYTES = 24;

export function credentialCommand(session: Session): Command {
  const group = new Command('credential').description('how partners and operators sign in: list, add, rotate, …');
  const sub = (name: string, description: string, examples: readonly string[]): Command => {
    const made = command(session, name, description, examples);
    group.addCommand(made);
    return made;
  };
  const named = (name: string, description: string, examples: readonly string[]): Command =>
    sub(name, description, examples).argument('<NAME>', 'KIND:NAME as "credential list" shows it, or the name alone');

  sub('list', 'list the credentials, without their secrets', ['credential list']).action((options: CommonOptions) =>
    list(session, options),
  );
  withPassword(
    sub('add', 'add a credential; a secret that is made is shown this once', [
      'credential add vendor --partner vendor',
      'credential add vendor --partner vendor --password-file /run/secrets/vendor',
      'credential add siem --partner vendor --kind token --expires 2027-01-31',
      'credential add "CN=siem,O=Vendor" --partner vendor --kind mtls',
      'credential add siem --partner vendor --requires mtls',
    ]).argument('<NAME>', 'basic: user; token: a name for it; mtls: subject or sha256 fingerprint of the certificate'),
  )
    .addOption(new Option('--kind <KIND>', 'kind of credential').choices(['basic', 'token', 'mtls']).default('basic'))
    .option('--partner <NAME>', 'partner that signs in with it')
    .option('--operator <NAME>', 'operator that signs in with it')
    .option('--expires <T>', 'instant from which on it is worth nothing, or a date for its first')
    .option('--requires <KINDS>', 'other kinds that a request must bring as well, with commas', listOf)
    .action((name: string, options: AddOptions) => add(session, name, options));
  withPassword(
    named('rotate', 'replace a secret; a token gets a successor and goes on for a while', [
      'credential rotate basic:vendor --password-env NEW_PASSWORD',
      'credential rotate token:siem --overlap 30',
    ]),
  )
    .option('--overlap <DAYS>', `days that an old token goes on (default ${OVERLAP_DAYS})`, wholeNumber)
    .option('--expires <T>', 'when the new token ends: an instant, or a date for its first')
    .action((name: string, options: RotateOptions) => rotate(session, name, options));
  for (const word of ['revoke', 'enable'] as const)
    named(
      word,
      word === 'revoke' ? 'make a credential worth nothing from now on' : 'make a revoked credential count again',
      [`credential ${word} basic:vendor`],
    ).action((name: string, options: CommonOptions) =>
      administer(session, options, (catalogue) => revokeCredential(catalogue, name, word === 'revoke')),
    );
  named('remove', 'remove a credential', ['credential remove token:siem']).action(
    (name: string, options: CommonOptions) =>
      administer(session, options, (catalogue) => removeCredential(catalogue, name)),
  );
  return group;
}

function withPassword(made: Command): Command {
  return made
    .option('--password-env <VARIABLE>', 'environment variable that holds the password')
    .option('--password-file <FILE>', 'file that holds it; without either one is made');
}

async function list(session: Session, options: CommonOptions): Promise<void> {
  const now = systemClock();
  const loaded = await withStore(session, options, false, loadCredentials);
  const all = [...loaded.catalogue.credential.values()].map(({ value }) => value);
  await print(
    session,
    { credentials: all.map((credential) => credentialDocument(loaded, credential, now)) },
    all.length === 0 ? ['There are no credentials.'] : credentialTable(loaded, all, now),
  );
}

async function add(session: Session, name: string, options: AddOptions): Promise<void> {
  const now = systemClock();
  const terms = {
    owner: ownerOf(options),
    created: formatMicros(now),
    ...(options.expires === undefined ? {} : { expires: instantOf(options.expires) }),
    ...(options.requires === undefined ? {} : { requires: options.requires.map(kindOf) }),
  };
  const { credential, shown } = await make(session, name, options, terms);
  await administer(
    session,
    options,
    (catalogue) => addCredential(catalogue, credential, now),
    () => secretAddition(credentialName(credential), shown),
  );
}

type Terms = Pick<Credential, 'owner' | 'created' | 'expires' | 'requires'>;

function kindOf(text: string): CredentialKind {
  const kind = CREDENTIAL_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new AppError('config.invalid', {
    description: `"${text}" is no kind of credential; the kinds are ${CREDENTIAL_KINDS.join(', ')}.`,
  });
}

async function make(
  session: Session,
  name: string,
  options: AddOptions,
  terms: Terms,
): Promise<{ readonly credential: Credential; readonly shown?: Shown }> {
  const { kind, passwordEnv, passwordFile } = options;
  if (kind !== 'basic' && (passwordEnv ?? passwordFile) !== undefined)
    throw new AppError('config.invalid', { description: `A credential of the kind ${kind} has no password.` });
  if (kind === 'basic') {
    const user = name.normalize('NFC');
    const { password, made } = await passwordOf(session, user, options);
    const passwordHash = await hashPassword(password);
    return { credential: { kind, user, passwordHash, ...terms }, ...(made ? { shown: { password } } : {}) };
  }
  if (kind === 'token') {
    const token = newToken();
    return { credential: { kind, name, tokenHash: hashToken(token), ...terms }, shown: { token } };
  }
  return { credential: { kind, certificate: certificateOf(name), ...terms } };
}

function certificateOf(name: string): { readonly subject: string } | { readonly fingerprint: string } {
  if (isFingerprint(name)) return { fingerprint: canonicalFingerprint(name) };
  if (isSubject(name)) return { subject: canonicalSubject(name) };
  throw new AppError('config.invalid', {
    description: `"${name}" is neither a subject such as "CN=siem,O=Vendor" nor the SHA-256 fingerprint of a certificate (64 hexadecimal digits).`,
  });
}

function ownerOf({ partner, operator }: AddOptions): Owner {
  if (partner !== undefined && operator === undefined) return { partner };
  if (operator !== undefined && partner === undefined) return { operator };
  throw new AppError('config.invalid', { description: 'Say whose it is: --partner NAME or --operator NAME.' });
}

async function rotate(session: Session, name: string, options: RotateOptions): Promise<void> {
  const now = systemClock();
  const credential = await withStore(session, options, false, async (store) =>
    knownCredential(await store.catalogue.load(), name),
  );
  const known = credentialName(credential);
  if (credential.kind === 'mtls')
    throw new AppError('config.invalid', {
      description: 'The hub holds no secret of a client certificate: add the new certificate, then remove this one.',
    });
  if (credential.kind === 'basic') {
    if (options.overlap !== undefined || options.expires !== undefined)
      throw new AppError('config.invalid', {
        description:
          'A user has one password, which has no overlap and no end of its own. Add a second user and remove the first later instead.',
      });
    const { password, made } = await passwordOf(session, credential.user, options);
    const passwordHash = await hashPassword(password);
    await administer(
      session,
      options,
      (catalogue) => rotatePassword(catalogue, known, passwordHash, now),
      () => secretAddition(known, made ? { password } : undefined),
    );
    return;
  }
  if ((options.passwordEnv ?? options.passwordFile) !== undefined)
    throw new AppError('config.invalid', { description: `${known} is a token: it has no password.` });
  const token = newToken();
  let successor = known;
  await administer(
    session,
    options,
    (catalogue) => {
      const expires = options.expires === undefined ? undefined : instantOf(options.expires);
      const edit = rotateToken(catalogue, known, hashToken(token), options.overlap ?? OVERLAP_DAYS, now, expires);
      successor = edit.successor;
      return edit;
    },
    () => secretAddition(successor, { token }),
  );
}

/** A password from where the options say, else a new one. */
async function passwordOf(
  session: Session,
  user: string,
  { passwordEnv, passwordFile }: PasswordOptions,
): Promise<{ readonly password: string; readonly made: boolean }> {
  if (passwordEnv === undefined && passwordFile === undefined)
    return { password: randomBytes(PASSWORD_BYTES).toString('base64url'), made: true };
  if (passwordEnv !== undefined && passwordFile !== undefined)
    throw new AppError('config.invalid', { description: 'Give the password once: --password-env or --password-file.' });
  const source = passwordEnv === undefined ? { password_file: passwordFile ?? '' } : { password_env: passwordEnv };
  const secret = await findPassword(
    { kind: 'basic', user, ...source },
    { environment: (name) => session.io.environment[name], directory: '.', isHash: isPasswordHash },
  );
  if ('hash' in secret) throw new Error('Neither source holds a hash.');
  return { password: secret.password, made: false };
}

/** A secret that the hub made: it stands nowhere else. */
type Shown = { readonly password: string } | { readonly token: string };

function secretAddition(credential: string, shown: Shown | undefined): Addition {
  if (shown === undefined) return { document: { credential } };
  const [[key, secret] = ['', '']] = Object.entries(shown);
  return {
    document: { credential, ...shown },
    lines: [`${key}: ${secret}`, 'It is shown this once: the hub keeps a hash of it only.'],
  };
}
