import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../sharing/model.ts';
import type { Micros } from '../time.ts';

/** Somebody who has signed in. */
export interface Session {
  readonly principal: Exclude<Principal, { readonly anonymous: true }>;
  /** Names of the credentials that were brought. */
  readonly credentials: readonly string[];
  /** What those credentials were worth then; see `standingOf` of auth/standing.ts. */
  readonly standing: string;
}

export interface SessionLimits {
  /** Without a request for so long, it is over. */
  readonly idle: Micros;
  readonly longest: Micros;
  /** Of one owner of credentials; the oldest goes first. */
  readonly ofOne: number;
  readonly all: number;
}

const MINUTE: Micros = 60_000_000;

export const SESSION_LIMITS: SessionLimits = { idle: 30 * MINUTE, longest: 12 * 60 * MINUTE, ofOne: 20, all: 2000 };

interface Held extends Session {
  readonly owner: string;
  readonly begun: Micros;
  used: Micros;
}

/** Sessions live in the memory of the process and end with it. The browser holds a random id, this only its hash. */
export class Sessions {
  readonly #held = new Map<string, Held>();
  readonly #limits: SessionLimits;
  /** Of the tokens against forged requests. */
  readonly #key = randomBytes(32);

  constructor(limits: SessionLimits = SESSION_LIMITS) {
    this.#limits = limits;
  }

  /** @returns the id for the browser */
  begin(session: Session, now: Micros): string {
    const owner = JSON.stringify(session.principal);
    this.#forgetEnded(now);
    const own = [...this.#held].filter(([, held]) => held.owner === owner);
    if (own.length >= this.#limits.ofOne) this.#held.delete(oldest(own));
    else if (this.#held.size >= this.#limits.all) this.#held.delete(oldest([...this.#held]));
    const id = newId();
    this.#held.set(hash(id), { ...session, owner, begun: now, used: now });
    return id;
  }

  /** The session with this id, which is used by that. */
  use(id: string, now: Micros): Session | undefined {
    const key = hash(id);
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    if (this.#isOver(held, now)) {
      this.#held.delete(key);
      return undefined;
    }
    held.used = Math.max(held.used, now);
    return held;
  }

  end(id: string): void {
    this.#held.delete(hash(id));
  }

  /** What forms of a browser with this cookie carry: no other site can know it. */
  formToken(cookie: string): string {
    return createHmac('sha256', this.#key).update(cookie).digest('base64url');
  }

  isFormToken(cookie: string, token: string): boolean {
    const expected = Buffer.from(this.formToken(cookie));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #isOver({ begun, used }: Held, now: Micros): boolean {
    return now - used >= this.#limits.idle || now - begun >= this.#limits.longest;
  }

  #forgetEnded(now: Micros): void {
    for (const [key, held] of this.#held) if (this.#isOver(held, now)) this.#held.delete(key);
  }
}

/** 256 random bits. */
export function newId(): string {
  return randomBytes(32).toString('base64url');
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('base64');
}

function oldest(entries: readonly (readonly [string, Held])[]): string {
  return entries.reduce((a, b) => (b[1].used < a[1].used ? b : a))[0];
}
