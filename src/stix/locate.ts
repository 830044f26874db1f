/** A place in a text: line and column from 1, columns in characters (code points). */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the value that a JSON Pointer names begins in a JSON text that is known to be valid; where the pointer leads
 * nowhere, the nearest value around that place.
 * @param start where the text itself begins in its file
 */
export function locate(text: string, pointer: string, start: TextPlace = { line: 1, column: 1 }): TextPlace {
  let at = skipSpace(text, 0);
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const next =
      text[at] === '{' ? memberStart(text, at, name) : text[at] === '[' ? itemStart(text, at, name) : undefined;
    if (next === undefined) break;
    at = next;
  }
  return placeOf(text, at, start);
}

/** A member of an object: its name and the extent of its value. */
export interface MemberSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The members of the object that begins at an index of a valid JSON text. */
export function memberSpans(text: string, at: number): MemberSpan[] {
  const spans: MemberSpan[] = [];
  let i = skipSpace(text, at + 1);
  while (i < text.length && text[i] !== '}') {
    const nameEnd = skipString(text, i);
    const name = JSON.parse(text.slice(i, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    spans.push({ name, start, end });
    i = skipComma(text, end);
  }
  return spans;
}

function memberStart(text: string, at: number, name: string): number | undefined {
  return memberSpans(text, at).find((member) => member.name === name)?.start;
}

function itemStart(text: string, at: number, index: string): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(index)) return undefined;
  let left = Number(index);
  let i = skipSpace(text, at + 1);
  while (i < text.length && text[i] !== ']') {
    if (left-- === 0) return i;
    i = skipComma(text, skipValue(text, i));
  }
  return undefined;
}

function skipValue(text: string, at: number): number {
  if (text[at] === '"') return skipString(text, at);
  let depth = 0;
  let i = at;
  for (; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"') i = skipString(text, i) - 1;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      if (depth <= 1) return depth === 0 ? i : i + 1;
      depth--;
    } else if (depth === 0 && (c === ',' || isSpace(c))) return i;
  }
  return i;
}

function skipString(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function skipComma(text: string, at: number): number {
  const i = skipSpace(text, at);
  return text[i] === ',' ? skipSpace(text, i + 1) : i;
}

function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && isSpace(text[i] as string)) i++;
  return i;
}

function isSpace(c: string): boolean {
  return c === ' ' || c === '\n' || c === '\r' || c === '\t';
}

function placeOf(text: string, at: number, start: TextPlace): TextPlace {
  let { line, column } = start;
  for (const character of text.slice(0, at)) {
    if (character === '\n') {
      line++;
      column = 1;
    } else column++;
  }
  return { line, column };
}
