import { AppError } from '../errors.ts';

/**
 * Slows down guessing of passwords. Wrong guesses are counted by account and by address; beyond a few, each doubles the
 * time in which no further one is looked at, right or wrong. An address from which an account has signed in before is
 * counted for itself, so that somebody who guesses elsewhere does not lock the partner out. Counts live in this process
 * and go with it.
 */
export interface Attempts {
  /** @throws {AppError} auth.too-many-attempts when none is looked at now */
  check(account: string, address: string): void;
  /**
   * Takes up one guess.
   * @throws {AppError} auth.too-many-attempts when too many are being looked at
   */
  begin(account: string, address: string): Attempt;
}

export interface Attempt {
  /** Must be called once; `undefined` when the guess was not looked at after all. */
  end(right: boolean | undefined): void;
}

export interface AttemptLimits {
  /** Wrong guesses at an account before the first lock. */
  readonly free: number;
  /**
   * The same from an address, over all accounts, of each no more than `free`: one client with an old password does not
   * lock those who share its address.
   */
  readonly freeOfAddress: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Without a wrong guess for so long, everything is forgotten. */
  readonly forgetMs: number;
  /** Accounts, addresses and pairs that are remembered, of each. */
  readonly remembered: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = {
  free: 5,
  freeOfAddress: 50,
  firstLockMs: 1000,
  longestLockMs: 15 * 60_000,
  forgetMs: 60 * 60_000,
  remembered: 10_000,
};

interface Count {
  wrong: number;
  /** Guesses that are being looked at. */
  underWay: number;
  lockedUntil: number;
  last: number;
}

/** @param now milliseconds that never go back */
export function createAttempts(
  limits: AttemptLimits = ATTEMPT_LIMITS,
  now: () => number = () => performance.now(),
): Attempts {
  const accounts = new Recent<Count>(limits.remembered);
  const addresses = new Recent<Count>(limits.remembered);
  const pairs = new Recent<Count>(limits.remembered);

  function find(counts: Recent<Count>, key: string): Count | undefined {
    const count = counts.get(key);
    if (count !== undefined && count.underWay === 0 && now() - count.last >= limits.forgetMs)
      Object.assign(count, NEVER_WRONG);
    return count;
  }

  function findOrAdd(counts: Recent<Count>, key: string): Count {
    const known = find(counts, key);
    if (known !== undefined) return known;
    const fresh = { ...NEVER_WRONG, underWay: 0, last: now() };
    counts.set(key, fresh);
    return fresh;
  }

  /** What a guess counts for: the pair that is known, else account and address. */
  function keysOf(accountName: string, address: string) {
    // Longer names are no account's, and what is kept of them is bounded.
    const account = accountName.slice(0, 128);
    const network = networkOf(address);
    return { account, network, pair: `${network} ${account}` };
  }

  function refuseLocked(count: Count | undefined): void {
    const waitMs = (count?.lockedUntil ?? 0) - now();
    if (waitMs > 0) throw tooMany(waitMs);
  }

  /** Many guesses at once are no way around the lock. */
  function refuseMany(count: Count, free: number): void {
    if (count.underWay > 0 && count.wrong + count.underWay >= free) throw tooMany(limits.firstLockMs);
  }

  function wrong(count: Count, free: number): void {
    count.wrong += 1;
    count.last = now();
    const beyond = count.wrong - free;
    if (beyond < 0) return;
    count.lockedUntil = now() + Math.min(limits.firstLockMs * 2 ** Math.min(beyond, 30), limits.longestLockMs);
  }

  return {
    check(accountName, address) {
      const { account, network, pair } = keysOf(accountName, address);
      const known = find(pairs, pair);
      if (known !== undefined) {
        refuseLocked(known);
        return;
      }
      refuseLocked(find(accounts, account));
      refuseLocked(find(addresses, network));
    },
    begin(accountName, address) {
      const { account, network, pair } = keysOf(accountName, address);
      const known = find(pairs, pair);
      const byAccount = known ?? findOrAdd(accounts, account);
      const byAddress = findOrAdd(addresses, network);
      refuseMany(byAccount, limits.free);
      if (known === undefined) refuseMany(byAddress, limits.freeOfAddress);
      byAccount.underWay += 1;
      byAddress.underWay += 1;
      return {
        end(right) {
          byAccount.underWay -= 1;
          byAddress.underWay -= 1;
          if (right === true) Object.assign(findOrAdd(pairs, pair), NEVER_WRONG);
          if (right !== false) return;
          if (byAccount.wrong < limits.free) wrong(byAddress, limits.freeOfAddress);
          wrong(byAccount, limits.free);
        },
      };
    },
  };
}

const NEVER_WRONG = { wrong: 0, lockedUntil: 0 };

function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError('auth.too-many-attempts', {
    description: `Credentials were wrong too often. None are looked at for ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** Whoever has one address of IPv6 has the 64 bits behind its network. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return `${[...groups, ...zeros, ...rest].slice(0, 4).join(':')}::/64`;
}

/** The entries that were used last, up to a number. */
class Recent<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): T | undefined {
    const found = this.#entries.get(key);
    // While there is room, none is forgotten, whichever was used last.
    if (found !== undefined && this.#entries.size * 2 > this.#capacity) this.set(key, found);
    return found;
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
