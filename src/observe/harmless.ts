const MAX_TEXT = 300;

/**
 * Characters that make a terminal or a log viewer show something other than what is there: controls, line and paragraph
 * separators, direction marks.
 */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from outside as it may stand in a log: bounded, and with no character that acts on whoever looks at it. */
export function harmless(text: string): string {
  const bounded = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return bounded.replace(DECEPTIVE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
