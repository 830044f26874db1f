import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import type { BasicCredential, Catalogue, Principal } from '../sharing/model.ts';
import { BASIC_CHALLENGE, type BasicCredentials, parseBasic } from './basic.ts';
import { NOBODYS_HASH, verifyPassword } from './secrets.ts';
import { VerifiedCredentials } from './verified.ts';

export interface Authenticator {
  /**
   * Who makes the request; nobody in particular when it brings no credentials.
   * @throws {AppError} auth.invalid, server.busy
   */
  authenticate(headers: { readonly authorization?: string | undefined }, catalogue: Catalogue): Promise<Principal>;
  /** The challenges of a 401, each a value of WWW-Authenticate. */
  challenges(): readonly string[];
}

export interface AuthenticatorOptions {
  readonly verify?: (password: string, stored: string) => Promise<boolean>;
  /** Hashes at once: the thread pool has four threads, and files need some of them. */
  readonly hashesAtOnce?: number;
  /** Hashes that wait; at two a tenth of a second the last one waits some three seconds. */
  readonly hashesWaiting?: number;
  /** Credentials whose passwords are remembered as right. */
  readonly remembered?: number;
}

const RETRY_AFTER_SECONDS = '5';

export function createAuthenticator(options: AuthenticatorOptions = {}): Authenticator {
  const { verify = verifyPassword, hashesAtOnce = 2, hashesWaiting = 64, remembered = 1000 } = options;
  const verified = new VerifiedCredentials(remembered);
  const queue = pLimit(hashesAtOnce);
  const underWay = new Map<string, Promise<boolean>>();

  /** Connections that a client opens together share one hash. */
  function matches(digest: string, password: string, passwordHash: string): Promise<boolean> {
    const key = `${digest} ${passwordHash}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    if (queue.pendingCount >= hashesWaiting) throw tooManySignIns();
    const result = queue(() => verify(password, passwordHash)).finally(() => underWay.delete(key));
    underWay.set(key, result);
    return result;
  }

  async function signIn({ user, password }: BasicCredentials, catalogue: Catalogue): Promise<Principal> {
    const credential = findCredential(catalogue, user);
    // A user that does not exist costs as much as a wrong password, so that time does not tell them apart.
    const passwordHash = credential?.passwordHash ?? NOBODYS_HASH;
    const digest = verified.digest(user, password);
    if (!verified.has(digest, passwordHash)) {
      if (!(await matches(digest, password, passwordHash))) throw wrong();
      verified.add(digest, passwordHash);
    }
    if (credential === undefined) throw wrong();
    return credential.owner;
  }

  return {
    async authenticate(headers, catalogue) {
      if (headers.authorization === undefined) return { anonymous: true };
      return signIn(parseBasic(headers.authorization), catalogue);
    },
    challenges: () => [BASIC_CHALLENGE],
  };
}

/** A credential whose owner is gone is none, nor one that was disabled. */
function findCredential(catalogue: Catalogue, user: string): BasicCredential | undefined {
  const credential = catalogue.credential.get(`basic:${user}`)?.value;
  if (credential?.kind !== 'basic' || credential.disabled) return undefined;
  const { owner } = credential;
  const owned = 'partner' in owner ? catalogue.partner.has(owner.partner) : catalogue.operator.has(owner.operator);
  return owned ? credential : undefined;
}

function wrong(): AppError {
  return new AppError('auth.invalid', { description: 'User or password is wrong.' });
}

function tooManySignIns(): AppError {
  return new AppError('server.busy', {
    description: 'Too many sign-ins are being checked right now. Try again in a few seconds.',
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}
