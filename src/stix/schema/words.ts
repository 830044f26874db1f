/** How findings name values and lists of values. */

const MAX_SHOWN = 60;

/** A value for a message: short texts and numbers as JSON, everything else by what it is. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return value.length <= MAX_SHOWN ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, MAX_SHOWN))}…`;
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${count(value.length, 'item')}`;
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return String(value);
}

/** The JSON type of a value with its article: "a string". */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number';
  return NAMES[typeof value] ?? typeof value;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** What a schema's `type` asks for: "a string". */
export function typeName(type: string): string {
  return NAMES[type] ?? type;
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a, b or c`; long lists are cut. */
export function oneOf(values: readonly unknown[], max = 12): string {
  const shown = values.slice(0, max).map((value) => show(value));
  if (values.length > max) return `${shown.join(', ')} and ${values.length - max} more`;
  const last = shown.pop();
  return shown.length === 0 ? String(last) : `${shown.join(', ')} or ${last}`;
}

/** The listed text that was probably meant: equal but for case and separators, or at most two letters away. */
export function closest(text: string, listed: readonly string[]): string | undefined {
  if (text.length > MAX_SHOWN) return undefined;
  const plain = simplify(text);
  let best: string | undefined;
  let bestDistance = plain.length > 4 ? 3 : 2;
  for (const candidate of listed) {
    const distance = editDistance(plain, simplify(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function simplify(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '-');
}

/** Letters to change, add or take away; `limit` when it is that or more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
