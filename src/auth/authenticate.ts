import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { type Catalogue, type Credential, credentialName, type Principal } from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { BASIC_CHALLENGE, type BasicCredentials } from './basic.ts';
import { BEARER_CHALLENGE, hashToken } from './bearer.ts';
import { credentialsOf } from './credentials.ts';
import { CERTIFICATE_CHALLENGE } from './mtls.ts';
import { type Claim, claimsOf, type SignIn } from './presented.ts';
import { NOBODYS_HASH, verifyPassword } from './secrets.ts';
import { VerifiedCredentials } from './verified.ts';

export interface SignedIn {
  readonly principal: Principal;
  /** Names of the credentials that were brought and hold, as `credentialName` gives them. */
  readonly credentials: readonly string[];
}

export interface Authenticator {
  /**
   * Who makes the request; nobody in particular when it brings no credentials.
   * @throws {AppError} auth.invalid, auth.too-many-attempts, server.busy
   */
  authenticate(signIn: SignIn, catalogue: Catalogue, now: Micros): Promise<SignedIn>;
  /** The challenges of a 401, each a value of WWW-Authenticate, for the kinds that the hub takes and has. */
  challenges(): readonly string[];
  /** When each credential was last used, by this process, to the minute. */
  lastUsed(): ReadonlyMap<string, Micros>;
}

export interface AuthenticatorOptions {
  readonly verify?: (password: string, stored: string) => Promise<boolean>;
  /** Hashes at once: the thread pool has four threads, and files need some of them. */
  readonly hashesAtOnce?: number;
  /** Hashes that wait; at two a tenth of a second the last one waits some three seconds. */
  readonly hashesWaiting?: number;
  /** Credentials whose passwords are remembered as right. */
  readonly remembered?: number;
  readonly attempts?: Attempts;
}

const RETRY_AFTER_SECONDS = '5';
const MINUTE: Micros = 60_000_000;
const NOBODY: SignedIn = { principal: { anonymous: true }, credentials: [] };

export function createAuthenticator(options: AuthenticatorOptions = {}): Authenticator {
  const { verify = verifyPassword, hashesAtOnce = 2, hashesWaiting = 64, remembered = 1000 } = options;
  const { attempts = createAttempts() } = options;
  const verified = new VerifiedCredentials(remembered);
  const queue = pLimit(hashesAtOnce);
  const underWay = new Map<string, Promise<boolean>>();
  const used = new Map<string, Micros>();
  let seen: Catalogue | undefined;

  /** Connections that a client opens together share one hash. */
  function matches(digest: string, basic: BasicCredentials, passwordHash: string, address: string): Promise<boolean> {
    const key = `${digest} ${passwordHash}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    if (queue.pendingCount >= hashesWaiting) throw tooManySignIns();
    const attempt = attempts.begin(basic.user, address);
    const result = queue(() => verify(basic.password, passwordHash))
      .then(
        (right) => {
          attempt.end(right && passwordHash !== NOBODYS_HASH);
          return right;
        },
        (error) => {
          attempt.end(undefined);
          throw error;
        },
      )
      .finally(() => underWay.delete(key));
    underWay.set(key, result);
    return result;
  }

  async function byPassword(basic: BasicCredentials, address: string, catalogue: Catalogue, now: Micros) {
    if (!credentialsOf(catalogue).taken.has('basic')) throw wrong();
    attempts.check(basic.user, address);
    const credential = credentialsOf(catalogue).basic(basic.user, now);
    // A user that does not exist costs as much as a wrong password, so that time does not tell them apart.
    const passwordHash = credential?.passwordHash ?? NOBODYS_HASH;
    const digest = verified.digest(basic.user, basic.password);
    if (!verified.has(digest, passwordHash)) {
      if (!(await matches(digest, basic, passwordHash, address))) throw wrong();
      verified.add(digest, passwordHash);
    }
    if (credential === undefined) throw wrong();
    return credential;
  }

  async function credentialOf(claim: Claim, address: string, catalogue: Catalogue, now: Micros): Promise<Credential> {
    if (claim.token !== undefined) {
      const credential = credentialsOf(catalogue).token(hashToken(claim.token), now);
      if (credential !== undefined) return credential;
    }
    if (claim.kind === 'basic') return byPassword(claim.basic, address, catalogue, now);
    throw wrong();
  }

  function noteUse(name: string, now: Micros): void {
    if (now - (used.get(name) ?? Number.NEGATIVE_INFINITY) >= MINUTE) used.set(name, now);
  }

  return {
    async authenticate(signIn, catalogue, now) {
      seen = catalogue;
      const claims = claimsOf(signIn);
      const { certificate, address } = signIn;
      if (claims.length === 0 && certificate === undefined) return NOBODY;
      const brought: Credential[] = [];
      for (const claim of claims) brought.push(await credentialOf(claim, address, catalogue, now));
      // One that nobody registered may still be what a proxy or a network asks for.
      const mtls = certificate && credentialsOf(catalogue).mtls(certificate, now);
      if (mtls !== undefined) brought.push(mtls);
      const [first] = brought;
      if (first === undefined) throw unknownCertificate(signIn);
      if (!brought.every((other) => isSameOwner(first, other)) || !brought.some((each) => suffices(each, brought)))
        throw wrong();
      const credentials = brought.map(credentialName);
      for (const name of credentials) noteUse(name, now);
      return { principal: first.owner, credentials };
    },
    challenges() {
      if (seen === undefined) return [BASIC_CHALLENGE];
      const { taken, kinds } = credentialsOf(seen);
      const challenges = [
        ...(taken.has('basic') ? [BASIC_CHALLENGE] : []),
        ...(kinds.has('token') || (taken.has('token') && !taken.has('basic')) ? [BEARER_CHALLENGE] : []),
      ];
      return challenges.length > 0 ? challenges : [CERTIFICATE_CHALLENGE];
    },
    lastUsed: () => used,
  };
}

function isSameOwner({ owner: a }: Credential, { owner: b }: Credential): boolean {
  if ('partner' in a) return 'partner' in b && a.partner === b.partner;
  return 'operator' in b && a.operator === b.operator;
}

/** Whether everything is there that a credential demands beside itself. */
function suffices(credential: Credential, brought: readonly Credential[]): boolean {
  const { requires = [] } = credential;
  return requires.every((kind) => brought.some((other) => other !== credential && other.kind === kind));
}

/** The same words whatever is wrong, so that they tell nobody which users there are. */
function wrong(): AppError {
  return new AppError('auth.invalid', {
    description:
      'The credentials are wrong, disabled or expired, or they count only together with others that are missing.',
  });
}

/** Whoever brings a certificate has proved to hold it, so it may be told which one it is. */
function unknownCertificate({ certificate }: SignIn): AppError {
  return new AppError('auth.invalid', {
    description: `The client certificate of ${certificate?.subject} (${certificate?.fingerprint}) is not that of a credential in force here.`,
  });
}

function tooManySignIns(): AppError {
  return new AppError('server.busy', {
    description: 'Too many sign-ins are being checked right now. Try again in a few seconds.',
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}
