import { isObject, type Json, type JsonObject } from './json.ts';
import { objectKey, SCO_TYPES } from './object-key.ts';

const SCOS: ReadonlySet<string> = new Set(SCO_TYPES);

/**
 * Whether two objects' JSON texts say the same: equal JSON values, where an optional property with its default value equals
 * its absence.
 * Source: STIX 2.1 §3.6
 */
export function sameContent(a: string, b: string): boolean {
  return a === b || contentKey(a) === contentKey(b);
}

/** A text that two objects have in common exactly when they say the same. */
export function contentKey(text: string): string {
  return canonical(withoutDefaults(parse(text)));
}

/** A number as it was written, so that numbers beyond the precision of ours are told apart. */
class Numeral {
  /** Digits without zeros at their ends, and the power of ten of the last one. */
  readonly normal: string;

  constructor(source: string) {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
    const digits = `${whole}${fraction}`.replace(/^0+/, '');
    const short = withoutFinalZeros(digits);
    const power = Number(exponent) - fraction.length + (digits.length - short.length);
    this.normal = short === '' ? '0' : `${sign}${short}e${power}`;
  }
}

/** Counted from the end: a regular expression would start over at every run of zeros. */
function withoutFinalZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

type Value = Json | Numeral;

/** Where a number may stand that has more digits than ours keep apart, or an exponent. */
const LONG_NUMBER = /[:,[\s]-?\d(?:[\d.]{15}|[\d.]*[eE])/;

function parse(text: string): Value {
  // Looking at the source of each number takes several times as long, and hardly any text needs it.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as Value;
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? new Numeral(context?.source ?? String(value)) : value,
  ) as Value;
}

function withoutDefaults(value: Value): Value {
  if (value instanceof Numeral || !isObject(value)) return value;
  const defaults = defaultsOf(value);
  // Without a prototype every name is a property like any other.
  const rest = Object.assign(Object.create(null), value) as Record<string, Json | undefined>;
  for (const [name, standard] of Object.entries(defaults)) if (rest[name] === standard) delete rest[name];
  return rest;
}

/** Properties of the top level that STIX gives a default. */
function defaultsOf(object: JsonObject): Readonly<Record<string, Json>> {
  const { type, specVersion } = objectKey(object);
  const { specVersion: implied } = objectKey({ ...object, spec_version: undefined });
  return {
    revoked: false,
    lang: 'en',
    ...(specVersion === implied ? { spec_version: specVersion } : {}),
    ...(SCOS.has(type) ? { defanged: false } : {}),
    ...(type === 'sighting' ? { summary: false } : {}),
    ...(type === 'indicator' && object.pattern_type === 'stix' ? { pattern_version: specVersion } : {}),
  };
}

function canonical(value: Value | undefined): string {
  if (value instanceof Numeral) return value.normal;
  if (typeof value === 'number') return new Numeral(String(value)).normal;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}
