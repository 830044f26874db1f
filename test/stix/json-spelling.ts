import fc from 'fast-check';

/** Takes a decision: a whole number from 0 up to, not including, `choices`. */
type Decide = (choices: number) => number;

const SPACE = [' ', '\n', '\t', '\r', '\r\n', '    ', '\n  '];
const NUMBERS = ['0', '-0', '0.10', '1E5', '1e-400', '12345678901234567890', '-1.50e+3', '9007199254740993', '1.0'];
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** JSON values, written in any of their spellings: white space, escapes, forms of numbers. */
export function spelledJson(): fc.Arbitrary<string> {
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
  return fc.tuple(value, decisions()).map(([json, decide]) => spell(json, decide));
}

/** Envelopes of any JSON values, as text. */
export function spelledEnvelope(): fc.Arbitrary<{ readonly text: string; readonly items: readonly string[] }> {
  const items = fc.array(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), { minLength: 1, maxLength: 6 });
  return fc.tuple(items, decisions()).map(([values, decide]) => {
    const texts = values.map((item) => spell(item, decide));
    const space = (): string => (decide(3) === 0 ? (SPACE[decide(SPACE.length)] as string) : '');
    const list = texts.map((text) => space() + text + space()).join(',');
    const name = decide(2) === 0 ? '"objects"' : '"\\u006fbjects"';
    const text = `${space()}{${space()}"more"${space()}:${space()}false,${name}${space()}:${space()}[${list}]${space()}}${space()}`;
    return { text, items: texts };
  });
}

/** The bytes of a text cut into pieces, anywhere. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[i % sizes.length] as number);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

export function cutSizes(): fc.Arbitrary<number[]> {
  return fc.oneof(
    fc.constant<number[]>([1]),
    fc.constant<number[]>([]),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
  );
}

function decisions(): fc.Arbitrary<Decide> {
  return fc.array(fc.nat(10_000), { minLength: 20, maxLength: 60 }).map((numbers) => {
    let i = 0;
    return (choices) => (numbers[i++ % numbers.length] as number) % choices;
  });
}

function spell(value: unknown, decide: Decide): string {
  const space = (): string => (decide(4) === 0 ? (SPACE[decide(SPACE.length)] as string) : '');
  if (typeof value === 'string') return spellString(value, decide);
  if (typeof value === 'number') {
    return decide(3) === 0 ? (NUMBERS[decide(NUMBERS.length)] as string) : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${space()}${value.map((item) => spell(item, decide) + space()).join(`,${space()}`)}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${spellString(name, decide)}${space()}:${space()}${spell(member, decide)}${space()}`,
    );
    return `{${space()}${members.join(`,${space()}`)}}`;
  }
  return JSON.stringify(value);
}

function spellString(value: string, decide: Decide): string {
  let text = '';
  for (const character of value) {
    const short = SHORT_ESCAPES[character];
    const way = decide(5);
    if (way === 0 || (short === undefined && character < ' ')) text += hexEscapes(character, way === 0);
    else if (short !== undefined) text += short;
    else if (character === '/' && way === 1) text += '\\/';
    else text += character;
  }
  return `"${text}"`;
}

function hexEscapes(character: string, upper: boolean): string {
  return [...Array(character.length).keys()]
    .map((i) => character.charCodeAt(i).toString(16).padStart(4, '0'))
    .map((hex) => `\\u${upper ? hex.toUpperCase() : hex}`)
    .join('');
}
