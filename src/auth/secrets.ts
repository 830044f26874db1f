import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** About 90 ms and 32 MiB a hash. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Bounds on what a stored hash may ask for, so that a wrong one cannot take the machine. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
const MAX_WORK = 2 ** 21;

const STORED = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]{11,86})\$([A-Za-z0-9_-]{22,86})$/;

interface StoredHash {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** A hash that no password has: verifying against it takes as long as against any other made by `hashPassword`. */
export const NOBODYS_HASH = format({ cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) });

/** @returns `scrypt$N$r$p$salt$hash`, salt and hash in base64url */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return format({ cost: COST, salt, hash: await derive(password, salt, HASH_BYTES, COST) });
}

/** False as well when the stored text is not a hash of ours. Takes the time the stored hash asks for. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const known = parse(stored);
  if (known === undefined) return false;
  const given = await derive(password, known.salt, known.hash.length, known.cost);
  return timingSafeEqual(given, known.hash);
}

/** Whether a text is a hash that `verifyPassword` can work with. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(stored: string): StoredHash | undefined {
  const match = STORED.exec(stored);
  if (match === null) return undefined;
  const [, N = '', r = '', p = '', salt = '', hash = ''] = match;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const powerOfTwo = cost.N > 1 && (cost.N & (cost.N - 1)) === 0;
  if (!powerOfTwo || cost.r < 1 || cost.p < 1) return undefined;
  if (cost.N * cost.r * cost.p > MAX_WORK || 128 * cost.N * cost.r > MAX_MEMORY_BYTES / 2) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

function format({ cost, salt, hash }: StoredHash): string {
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Runs in the thread pool, so that polls go on meanwhile. */
function derive(password: string, salt: Buffer, bytes: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One spelling of each character, whatever keyboard it was typed on. Source: RFC 7617 §2.1
    scrypt(password.normalize('NFC'), salt, bytes, { ...cost, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
