import { checkPattern } from './check.ts';
import { regexFault } from './regex.ts';
import { type PatternFinding, patternFinding } from './rules.ts';

/** What does not look like the language; undefined when nothing does. It reads the text and never runs it. */
type Look = (text: string) => { readonly offset: number; readonly message: string } | undefined;

const LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['snort', networkRule],
  ['suricata', networkRule],
  ['yara', yaraRule],
  ['sigma', sigmaRule],
  ['pcre', pcre],
]);

const NETWORK_ACTION =
  /^(?:activate|alert|block|config|drop|dynamic|file_id|log|monitor|pass|react|reject(?:src|dst|both)?|rewrite|sdrop)\b/;

const SIGMA_KEYS = ['detection', 'condition', 'logsource'] as const;

/**
 * What is wrong with a pattern of another language, as far as a look at its outline tells: that it is empty, or is not
 * of the language that `patternType` names. Languages that are not known here are only looked at for emptiness.
 * Source: STIX 2.1 §4.7.1, §10.19
 */
export function checkForeignPattern(patternType: string, text: string): PatternFinding[] {
  if (patternType === 'stix') return checkPattern(text);
  if (text.trim() === '') return [patternFinding('pattern-foreign-empty', 0, 'the pattern is empty')];
  const fault = LOOKS.get(patternType)?.(text);
  if (fault === undefined) return [];
  const message = `this does not look like ${patternType}: ${fault.message}`;
  return [patternFinding('pattern-foreign-form', fault.offset, message)];
}

/** `action protocol … -> … (options)`; comments and blank lines may stand before it. */
function networkRule(text: string): ReturnType<Look> {
  const start = firstRule(text);
  if (!NETWORK_ACTION.test(text.slice(start, start + 20))) {
    return { offset: start, message: 'expected a rule that begins with an action such as alert or drop' };
  }
  const open = text.indexOf('(', start);
  const close = text.lastIndexOf(')');
  if (open >= 0 && close > open) return undefined;
  return { offset: text.length, message: 'expected the options of the rule in parentheses' };
}

/** The offset of the first line that is neither blank nor a comment; a bracket around the rules is stepped over. */
function firstRule(text: string): number {
  let start = 0;
  for (;;) {
    while (start < text.length && /[\s[]/.test(text.charAt(start))) start++;
    if (text.charAt(start) !== '#') return start;
    const lineEnd = text.indexOf('\n', start);
    if (lineEnd < 0) return start;
    start = lineEnd + 1;
  }
}

function yaraRule(text: string): ReturnType<Look> {
  const rule = /\brule\s+[A-Za-z_]/.exec(text);
  if (rule === null) return { offset: 0, message: 'expected "rule", a name and a body in braces' };
  const open = text.indexOf('{', rule.index);
  if (open < 0 || text.lastIndexOf('}') < open) {
    return { offset: rule.index, message: 'expected the body of the rule in braces' };
  }
  if (/\bcondition\b/.test(text.slice(open))) return undefined;
  return { offset: open, message: 'expected a condition in the body of the rule' };
}

/** A YAML document, in lines or in JSON-like braces, with the keys that every rule has. */
function sigmaRule(text: string): ReturnType<Look> {
  for (const key of SIGMA_KEYS) {
    if (text.includes(`${key}:`) || text.includes(`${key}':`) || text.includes(`${key}":`)) continue;
    return { offset: 0, message: `expected the key "${key}"` };
  }
  return undefined;
}

/** The expression itself, or with delimiters and flags: /expression/i. */
function pcre(text: string): ReturnType<Look> {
  const delimited = /^\/[\s\S]*\/[a-zA-Z]{0,12}$/.test(text);
  const offset = delimited ? 1 : 0;
  const fault = regexFault(delimited ? text.slice(1, text.lastIndexOf('/')) : text);
  return fault === undefined ? undefined : { offset: fault.offset + offset, message: fault.message };
}
