/**
 * A naive judge of JSON texts for tests to hold the scanner against: JSON.parse for the grammar, and a walk over tokens
 * for what I-JSON adds.
 */

const TOKEN = /[ \t\r\n]*("(?:[^"\\]|\\.)*"|[[\]{}:,]|[^ \t\r\n[\]{}:,"]+)/y;

/** Whether the bytes are I-JSON, nested at most `maxDepth` levels. */
export function isIJson(bytes: Uint8Array, maxDepth = 100): boolean {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    JSON.parse(text);
  } catch {
    return false;
  }
  return keepsToIJson(tokensOf(text), maxDepth);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(match[1] as string);
  return tokens;
}

function keepsToIJson(tokens: readonly string[], maxDepth: number): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) {
      const value = JSON.parse(token) as string;
      if (!value.isWellFormed()) return false;
      if (tokens[i + 1] !== ':') continue;
      const names = open.at(-1);
      if (names?.has(value)) return false;
      names?.add(value);
    } else if (/^-?\d/.test(token) && !Number.isFinite(Number(token))) return false;
    if (open.length > maxDepth) return false;
  }
  return true;
}
