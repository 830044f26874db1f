import { hash, randomBytes } from 'node:crypto';

/**
 * Remembers which passwords were found right, since hashing on every poll would make each of them many times slower. It
 * holds no password: only a digest under a key that dies with the process, and the stored hash that the password
 * matched, so that a changed password is asked for at once.
 */
export class VerifiedCredentials {
  readonly #key = randomBytes(32).toString('base64');
  readonly #matched = new Map<string, string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The key comes first and has one length, which is as good as an HMAC for what never leaves the process. */
  digest(user: string, password: string): string {
    return hash('sha256', `${this.#key}${user.length}:${user}${password}`, 'base64');
  }

  has(digest: string, passwordHash: string): boolean {
    if (this.#matched.get(digest) !== passwordHash) return false;
    // Asked for last goes last, so that the first is the one to forget; while there is room, none is.
    if (this.#matched.size * 2 > this.#capacity) this.add(digest, passwordHash);
    return true;
  }

  add(digest: string, passwordHash: string): void {
    this.#matched.delete(digest);
    this.#matched.set(digest, passwordHash);
    if (this.#matched.size <= this.#capacity) return;
    const [oldest] = this.#matched.keys();
    if (oldest !== undefined) this.#matched.delete(oldest);
  }
}
