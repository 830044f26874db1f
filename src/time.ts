/**
 * Two kinds of time. Dates added are TAXII timestamps: whole microseconds since 1970, kept as numbers, which are exact
 * until the year 2255. Times inside STIX objects have any number of fraction digits: they stay text and are compared by
 * a key.
 */

/** Microseconds since 1970-01-01T00:00:00Z. */
export type Micros = number;

/** The wall clock in microseconds. A parameter wherever time matters, so that tests can set it. */
export type Clock = () => Micros;

export const systemClock: Clock = () => Date.now() * 1000;

const STIX_TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z$/;
const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|z|[+ -]\d\d:\d\d)$/i;
const TAXII_TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/**
 * A TAXII timestamp with exactly six fraction digits.
 * Source: TAXII 2.1 §2
 */
export function formatMicros(micros: Micros): string {
  const second = Math.floor(micros / 1e6);
  return `${formatSecond(second)}.${String(micros - second * 1e6).padStart(6, '0')}Z`;
}

/** @param millis since 1970 */
export function formatMillis(millis: number): string {
  const second = Math.floor(millis / 1000);
  return `${formatSecond(second)}.${String(millis - second * 1000).padStart(3, '0')}Z`;
}

let lastSecond = 0;
let lastText = '1970-01-01T00:00:00';

/** Dates that follow each other are mostly of one second, which costs the most to format. */
function formatSecond(second: number): string {
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -5);
    lastSecond = second;
  }
  return lastText;
}

/**
 * Reads an instant and rounds it down to microseconds; since dates added are whole microseconds, "later than" stays
 * exact for any precision. Lenient: 0 to 9 fraction digits, numeric offsets (also with the `+` arrived as a space) and a
 * lower-case `t` or `z`; strict: exactly the form that TAXII prints.
 * @returns undefined when the text is not an instant that exists.
 */
export function parseInstant(text: string, strict = false): Micros | undefined {
  if (strict && !TAXII_TIMESTAMP.test(text)) return undefined;
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, local = '', fraction = '', zone = 'Z'] = match;
  const key = timestampKey(`${local.toUpperCase()}Z`);
  if (key === undefined) return undefined;
  const offset = zone.toUpperCase() === 'Z' ? 0 : offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const seconds = Date.parse(`${key.slice(0, 17)}00Z`) / 1000 + Number(key.slice(17, 19));
  return (seconds - offset * 60) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function offsetMinutes(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * The ordered key of a STIX timestamp: no `Z`, trailing zeros of the fraction cut, so that equal instants have equal
 * keys and keys sort as the instants do, at any precision.
 * @returns undefined when the text is not a STIX timestamp or the date does not exist (a leap second may stand where
 * RFC 3339 allows one).
 * Source: STIX 2.1 §2.16
 */
export function timestampKey(text: string): string | undefined {
  const match = STIX_TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction] = match;
  const m = Number(month);
  const d = Number(day);
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(Number(year), m)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (
    second === '60' &&
    !(hour === '23' && minute === '59' && (`${month}-${day}` === '06-30' || `${month}-${day}` === '12-31'))
  )
    return undefined;
  const digits = withoutTrailingZeros(fraction ?? '');
  return digits === '' ? text.slice(0, 19) : `${text.slice(0, 19)}.${digits}`;
}

/** A loop, because `/0+$/` takes quadratic time on a long run of zeros that something follows. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
