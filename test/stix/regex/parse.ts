/** A regular expression as a tree, as far as the expressions of this project go. */
export type Node =
  | { readonly kind: 'one'; readonly has: (character: string) => boolean; readonly samples: readonly string[] }
  | { readonly kind: 'place'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly options: readonly Node[] }
  | { readonly kind: 'times'; readonly part: Node; readonly least: number; readonly most: number };

/** Characters of which a set shows some as samples. */
const SAMPLES = ['a', '0', 'A', '-', '.', '/', ':', '\\', '"', '_', '=', '[', ' ', '%', '?', '*', '@', '\n', 'é', '~'];

/** @throws {Error} when the expression has a construct that it does not know */
export function parseRegex(source: string, flags: string): Node {
  let at = 0;
  const root = options();
  if (at < source.length) throw new Error(`${source}: nothing is known of "${source.slice(at)}"`);
  return root;

  function options(): Node {
    const found = [sequence()];
    while (source[at] === '|') {
      at++;
      found.push(sequence());
    }
    return found.length === 1 ? (found[0] as Node) : { kind: 'any', options: found };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(quantified(atom()));
    return { kind: 'all', parts };
  }

  function atom(): Node {
    const rest = source.slice(at);
    if (rest.startsWith('^')) return place(1, (_text, index) => index === 0);
    if (rest.startsWith('$')) return place(1, (text, index) => index === text.length);
    if (rest.startsWith('\\b')) return place(2, (text, index) => isWord(text[index - 1]) !== isWord(text[index]));
    if (rest.startsWith('(')) {
      if (rest.startsWith('(?') && !rest.startsWith('(?:'))
        throw new Error(`${source}: ${rest.slice(0, 3)} is not known`);
      at += rest.startsWith('(?:') ? 3 : 1;
      const inner = options();
      at++;
      return inner;
    }
    return set(/^(?:\[(?:\\.|[^\]\\])*\]|\\p\{\w+\}|\\u[0-9a-f]{4}|\\.|[\s\S])/u.exec(rest)?.[0] ?? '');
  }

  function place(length: number, holds: (text: string, index: number) => boolean): Node {
    at += length;
    return { kind: 'place', holds };
  }

  /** One character of a set; the engine itself says which are in it. */
  function set(text: string): Node {
    at += text.length;
    const one = new RegExp(`^${text}$`, flags.replace('g', ''));
    const literal = /^\\?[^[\\]$/.test(text) ? [text.at(-1) as string] : [];
    const has = (character: string): boolean => one.test(character);
    const samples = [...new Set([...literal, ...SAMPLES])].filter(has);
    return { kind: 'one', has, samples: samples.length > 0 ? samples : [String.fromCharCode(0xb7)] };
  }

  function quantified(part: Node): Node {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at));
    if (!found) return part;
    at += found[0].length;
    const [text, least = '', comma, most = ''] = found;
    if (text === '*') return { kind: 'times', part, least: 0, most: Number.POSITIVE_INFINITY };
    if (text === '+') return { kind: 'times', part, least: 1, most: Number.POSITIVE_INFINITY };
    if (text === '?') return { kind: 'times', part, least: 0, most: 1 };
    const limit = most === '' ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: 'times', part, least: Number(least), most: comma === ',' ? limit : Number(least) };
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
