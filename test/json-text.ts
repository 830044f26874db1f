/**
 * A second, naive reading of JSON text, for tests to hold the scanner's against: it trusts that the text is JSON and knows
 * nothing of the product's code.
 */

/** The text without the white space between its tokens. */
export function minified(text: string): string {
  let out = '';
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (inString) {
      out += c;
      if (c === '\\') out += text[++i];
      else if (c === '"') inString = false;
    } else if (c === '"') {
      inString = true;
      out += c;
    } else if (!' \t\r\n'.includes(c)) {
      out += c;
    }
  }
  return out;
}

/** The texts of the items of the list that the top-level member `name` holds. */
export function membersOf(text: string, name: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let inList = false;
  let lastString = '';
  let start = -1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '"') {
      const from = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (depth === 1) lastString = text.slice(from + 1, i);
      if (inList && depth === 2 && start < 0) start = from;
    } else if (c === '{' || c === '[') {
      if (depth === 1 && c === '[' && lastString === name) inList = true;
      else if (inList && depth === 2 && start < 0) start = i;
      depth += 1;
    } else if (c === '}' || c === ']') {
      depth -= 1;
      if (inList && depth === 1) {
        if (start >= 0) items.push(text.slice(start, i).trimEnd());
        return items;
      }
    } else if (c === ',' && inList && depth === 2) {
      items.push(text.slice(start, i).trimEnd());
      start = -1;
    } else if (inList && depth === 2 && start < 0 && !' \t\r\n'.includes(c)) {
      start = i;
    }
  }
  return items;
}
