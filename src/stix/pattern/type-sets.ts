/** Object types that can satisfy a comparison expression: one, several, or (undefined) any. */
export type TypeSet = string | Set<string> | undefined;

/** Counted twice: with negated comparisons binding the type (`strict`), and with them leaving it open (`loose`). */
export interface Types {
  readonly strict: TypeSet;
  readonly loose: TypeSet;
}

export const ANY_TYPE: Types = { strict: undefined, loose: undefined };

/** The types that satisfy one of two expressions. The sets given are used up. */
export function either(left: Types, right: Types): Types {
  const shared = left.loose === left.strict && right.loose === right.strict;
  const loose = shared ? undefined : union(separate(left), separate(right));
  const strict = union(left.strict, right.strict);
  return { strict, loose: shared ? strict : loose };
}

/** The types that satisfy both of two expressions; null where there is none. The sets given are used up. */
export function both(left: Types, right: Types): { strict: TypeSet | null; loose: TypeSet | null } {
  return { strict: intersection(left.strict, right.strict), loose: intersection(left.loose, right.loose) };
}

/** Up to three types of a set, for a message. */
export function typeNames(types: TypeSet): string[] {
  if (types === undefined) return [];
  return typeof types === 'string' ? [types] : [...types].slice(0, 3);
}

/** The loose set as one that may be changed without changing the strict one. */
function separate({ strict, loose }: Types): TypeSet {
  return loose === strict && loose instanceof Set ? new Set(loose) : loose;
}

/** Adds the smaller set to the larger, so that a chain of n operands takes time linear in n. */
function union(left: TypeSet, right: TypeSet): TypeSet {
  if (left === right) return left;
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'string') return typeof right === 'string' ? new Set([left, right]) : right.add(left);
  if (typeof right === 'string') return left.add(right);
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  for (const type of small) large.add(type);
  return large;
}

function intersection(left: TypeSet, right: TypeSet): TypeSet | null {
  if (left === undefined) return right;
  if (right === undefined || left === right) return left;
  if (typeof left === 'string') return has(right, left) ? left : null;
  if (typeof right === 'string') return has(left, right) ? right : null;
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  const common = new Set<string>();
  for (const type of small) if (large.has(type)) common.add(type);
  return common.size === 0 ? null : common;
}

function has(types: string | Set<string>, type: string): boolean {
  return typeof types === 'string' ? types === type : types.has(type);
}
