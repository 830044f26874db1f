/** Where a regular expression cannot be PCRE, and why. */
export interface RegexFault {
  readonly offset: number;
  readonly message: string;
}

interface Scan {
  readonly text: string;
  i: number;
  /** Where the groups still open began. */
  readonly open: number[];
  /** Whether a quantifier has something to repeat. */
  atom: boolean;
}

type Step = (scan: Scan) => RegexFault | undefined;

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['\\', escaped],
  ['[', characterClass],
  ['(', openGroup],
  [')', closeGroup],
  ['*', quantifier],
  ['+', quantifier],
  ['?', quantifier],
  ['{', counted],
  ['|', alternative],
]);

/** With the flag x, white space and comments that hold any character stand between the parts; such are passed. */
const EXTENDED = /\(\?[a-wyz^]{0,20}x/i;

const LARGEST_COUNT = 65_535;

/**
 * Finds faults that every PCRE library refuses: open groups and classes, quantifiers without anything to repeat. It
 * neither compiles nor runs the expression, reads each character once, and passes whatever it does not know.
 * Source: STIX 2.1 §9.6.1 MATCHES
 */
export function regexFault(text: string): RegexFault | undefined {
  if (EXTENDED.test(text)) return undefined;
  const scan: Scan = { text, i: 0, open: [], atom: false };
  while (scan.i < text.length) {
    const step = STEPS.get(text.charAt(scan.i));
    if (step === undefined) {
      scan.atom = true;
      scan.i++;
      continue;
    }
    const fault = step(scan);
    if (fault !== undefined) return fault;
  }
  const open = scan.open.at(-1);
  return open === undefined ? undefined : { offset: open, message: 'the group that opens here is not closed with )' };
}

function escaped(scan: Scan): RegexFault | undefined {
  const { text, i } = scan;
  if (i + 1 >= text.length) return { offset: i, message: 'a backslash at the end escapes nothing' };
  const next = text.charAt(i + 1);
  scan.i = next === 'Q' ? afterQuote(text, i) : i + 2;
  if ('gkNopPx'.includes(next) && text.charAt(i + 2) === '{') scan.i = afterBraces(text, i + 2);
  scan.atom = true;
  return undefined;
}

/** The offset after `{41}` of \x{41} and the like; braces that do not close soon are characters. */
function afterBraces(text: string, start: number): number {
  const close = text.slice(start, start + 48).indexOf('}');
  return close < 0 ? start : start + close + 1;
}

/** \Q…\E is literal; without \E it reaches to the end. */
function afterQuote(text: string, start: number): number {
  const end = text.indexOf('\\E', start + 2);
  return end < 0 ? text.length : end + 2;
}

function characterClass(scan: Scan): RegexFault | undefined {
  const { text, i: start } = scan;
  let i = start + 1;
  if (text.charAt(i) === '^') i++;
  if (text.charAt(i) === ']') i++;
  while (i < text.length && text.charAt(i) !== ']') {
    if (text.charAt(i) === '\\') i = text.charAt(i + 1) === 'Q' ? afterQuote(text, i) : i + 2;
    else i = afterPosixName(text, i) ?? i + 1;
  }
  if (i >= text.length) return { offset: start, message: 'the character class that opens here is not closed with ]' };
  scan.i = i + 1;
  scan.atom = true;
  return undefined;
}

/** The offset after `[:alpha:]` and its kind, which may hold a bracket that does not close the class. */
function afterPosixName(text: string, start: number): number | undefined {
  if (text.charAt(start) !== '[' || !':.='.includes(text.charAt(start + 1) || ' ')) return undefined;
  let i = start + 2;
  while (i < start + 20 && /[a-z^]/.test(text.charAt(i))) i++;
  return text.charAt(i) === text.charAt(start + 1) && text.charAt(i + 1) === ']' ? i + 2 : undefined;
}

function openGroup(scan: Scan): RegexFault | undefined {
  const { text, i } = scan;
  const next = text.charAt(i + 1);
  if (text.startsWith('(?#', i) || next === '*') {
    const close = text.indexOf(')', i);
    scan.i = close < 0 ? text.length : close + 1;
    return close < 0 ? { offset: i, message: 'the group that opens here is not closed with )' } : undefined;
  }
  scan.open.push(i);
  scan.atom = false;
  scan.i = next === '?' ? afterFlags(text, i + 2) : i + 1;
  return undefined;
}

/** The offset after the flags or the kind of a group: `(?ims)`, `(?i:`, `(?+1)`, `(?=`, `(?<!`. */
function afterFlags(text: string, start: number): number {
  let i = start;
  while (/[a-zA-Z^*+-]/.test(text.charAt(i))) i++;
  if (/<[=!]/.test(text.slice(i, i + 2))) return i + 2;
  return /[:|=!>]/.test(text.charAt(i)) ? i + 1 : i;
}

function closeGroup(scan: Scan): RegexFault | undefined {
  if (scan.open.pop() === undefined)
    return { offset: scan.i, message: 'this ) closes no group: write \\) for the character' };
  scan.atom = true;
  scan.i++;
  return undefined;
}

function quantifier(scan: Scan): RegexFault | undefined {
  const { text, i } = scan;
  if (!scan.atom) return { offset: i, message: `the quantifier ${text.charAt(i)} has nothing to repeat` };
  const next = text.charAt(i + 1);
  scan.i = next === '?' || next === '+' ? i + 2 : i + 1;
  scan.atom = false;
  return undefined;
}

/** `{n}`, `{n,}` and `{n,m}` are quantifiers, any other brace is a character. */
function counted(scan: Scan): RegexFault | undefined {
  const { text, i } = scan;
  const match = /^\{(\d{1,20})(?:,(\d{0,20}))?\}[?+]?/.exec(text.slice(i, i + 48));
  if (match === null) {
    scan.atom = true;
    scan.i++;
    return undefined;
  }
  const [all, least = '', most = ''] = match;
  if (!scan.atom) return { offset: i, message: 'this quantifier has nothing to repeat' };
  if (most !== '' && Number(most) < Number(least))
    return { offset: i, message: 'the numbers of this quantifier are out of order' };
  if (Math.max(Number(least), Number(most)) > LARGEST_COUNT) {
    return { offset: i, message: `a quantifier counts to ${LARGEST_COUNT} at most` };
  }
  scan.i += all.length;
  return undefined;
}

function alternative(scan: Scan): undefined {
  scan.atom = false;
  scan.i++;
}
