import { isObject, type Json, type JsonObject } from '../json.ts';
import { COMMON_PROPERTIES, PROPERTIES } from './properties.ts';

/** What several rules ask about an object, found out once. */
export interface Facts {
  /** The top-level names that the standard does not give objects of the type; for custom types all but the common ones. */
  readonly foreign: readonly string[];
  /** Whether a text or a name somewhere holds half of a surrogate pair. */
  readonly surrogate: boolean;
  /** Whether a number somewhere is infinite. */
  readonly infinite: boolean;
  /** Whether a number somewhere is too large for readers to keep it exactly. */
  readonly large: boolean;
  /** Whether a name somewhere below the top has a capital letter. */
  readonly capital: boolean;
}

const UPPER_CASE = /[A-Z]/;
const NONE: readonly string[] = [];

export function factsOf(object: JsonObject): Facts {
  const facts = { foreign: NONE, surrogate: false, infinite: false, large: false, capital: false };
  const known = (typeof object.type === 'string' ? PROPERTIES.get(object.type) : undefined) ?? COMMON_PROPERTIES;
  let foreign: string[] | undefined;
  for (const name of Object.keys(object)) {
    if (!known.has(name)) {
      foreign ??= [];
      foreign.push(name);
      if (!name.isWellFormed()) facts.surrogate = true;
    }
    look(object[name], facts);
  }
  if (foreign) facts.foreign = foreign;
  return facts;
}

/**
 * Whether a number was probably written as an integer that readers do not keep exactly. Beyond 10^21 nobody writes all the
 * digits, so that it is taken for a float.
 */
export function isLarge(value: number): boolean {
  const size = Math.abs(value);
  return size > Number.MAX_SAFE_INTEGER && size < 1e21 && Number.isInteger(value);
}

type Oddities = { -readonly [Key in 'surrogate' | 'infinite' | 'large' | 'capital']: Facts[Key] };

function look(value: Json | undefined, facts: Oddities): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) facts.surrogate = true;
  } else if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) {
      if (isLarge(value)) facts.large = true;
      else if (!Number.isFinite(value)) facts.infinite = true;
    }
  } else if (Array.isArray(value)) {
    for (const item of value) look(item, facts);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      if (!name.isWellFormed()) facts.surrogate = true;
      if (UPPER_CASE.test(name)) facts.capital = true;
      look(value[name], facts);
    }
  }
}
