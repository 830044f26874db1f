/** One rule about patterns, for docs/rules.md and for findings. */
export interface PatternRule {
  readonly section: string;
  readonly severity: 'error' | 'warning';
  /** What the rule demands. */
  readonly summary: string;
  /** What a producer does about it. */
  readonly hint: string;
}

const error = (section: string, summary: string, hint: string): PatternRule => ({
  section: `STIX 2.1 §${section}`,
  severity: 'error',
  summary,
  hint,
});

const warning = (section: string, summary: string, hint: string): PatternRule => ({
  ...error(section, summary, hint),
  severity: 'warning',
});

/** Every rule about patterns, by its stable id. */
export const PATTERN_RULES = {
  'pattern-empty': error(
    '9.4',
    'A pattern holds at least one observation in brackets.',
    "Write one, [ipv4-addr:value = '198.51.100.3'] for instance.",
  ),
  'pattern-syntax': error(
    '9.3',
    'A pattern follows the grammar of the patterning language.',
    'Correct the pattern at the character that the message names.',
  ),
  'pattern-too-long': error('9', 'A pattern is not longer than this hub reads.', 'Split it over several indicators.'),
  'pattern-too-deep': error(
    '9',
    'Parentheses are not nested deeper than this hub reads.',
    'Remove parentheses that the precedence of AND over OR makes needless.',
  ),
  'pattern-string': error(
    '9.2',
    "A string stands in apostrophes; the only escapes are \\' and \\\\.",
    "Write each apostrophe of the value as \\' and each backslash as \\\\ (in JSON each backslash doubles once more).",
  ),
  'pattern-hex': error(
    '9.2',
    "h'…' holds an even number of hexadecimal digits.",
    'Write two hexadecimal digits for each octet.',
  ),
  'pattern-binary': error(
    '9.2',
    "b'…' holds base64 with its padding.",
    'Encode the octets as RFC 4648 section 4 says.',
  ),
  'pattern-timestamp': error(
    '2.16',
    "t'…' holds a timestamp in UTC whose date exists.",
    'Write it like 2024-02-29T23:59:59.5Z.',
  ),
  'pattern-number-range': error(
    '2.10',
    'Integers lie within ±(2^53 - 1), floats within the range of IEEE 754 doubles.',
    'Compare a number of that range, or a string if the property is one.',
  ),
  'pattern-plus-sign': warning('9.2', 'Numbers are written without a plus sign.', 'Remove the plus sign.'),
  'pattern-hex-case': warning('9.2', "The digits of h'…' are lower case.", 'Write a to f in lower case.'),
  'pattern-extra-syntax': warning(
    '9.3',
    'Only the syntax of the standard is used: no ==, <>, comments or numbers that begin with a dot.',
    'Write =, != and 0.5, and leave comments out.',
  ),
  'pattern-and-types': error(
    '9.5',
    'All operands of one AND inside brackets can be satisfied by the same object.',
    'Join different object types with OR, or put them in brackets of their own: [a] AND [b].',
  ),
  'pattern-and-types-negated': warning(
    '9.5',
    'A comparison negated with NOT is about the same object type as the comparisons that AND joins it with.',
    'Put the negated comparison in brackets of its own.',
  ),
  'pattern-duplicate-qualifier': error(
    '9.5.1',
    'An observation has at most one qualifier of each kind.',
    'Keep one, or set parentheses around the observation and its first qualifier.',
  ),
  'pattern-repeated-qualifier': warning(
    '9.5.1',
    'A group in parentheses has at most one qualifier of each kind.',
    'Keep one, or set parentheses around the group and its first qualifier.',
  ),
  'pattern-qualifier-value': error(
    '9.5.1',
    'REPEATS and WITHIN take a number greater than zero.',
    'Write how many times, or within how many seconds.',
  ),
  'pattern-window': warning(
    '9.5.1',
    'START lies before STOP.',
    'Swap the two times; no observation lies in an empty window.',
  ),
  'pattern-window-validity': warning(
    '9.5.1',
    'In an indicator START is not before valid_from and STOP not after valid_until.',
    'Widen the validity of the indicator or narrow the window.',
  ),
  'pattern-set-empty': error('9.6.1', 'The set of IN has a member.', 'List the values, or remove the comparison.'),
  'pattern-set-types': error(
    '9.6.1',
    'The members of an IN set share one data type.',
    'Write all members as constants of the type of the property.',
  ),
  'pattern-set-numbers': warning(
    '9.6.1',
    'The members of an IN set are all integers or all floats.',
    'Write all members in the same way.',
  ),
  'pattern-subset-path': error(
    '9.6.1',
    'ISSUBSET and ISSUPERSET apply to the value of an ipv4-addr or ipv6-addr.',
    'Use = or LIKE for other properties.',
  ),
  'pattern-subset-network': error(
    '9.6.1',
    'ISSUBSET and ISSUPERSET compare with an IP address or a CIDR block.',
    "Write it like '198.51.100.0/24' or '2001:db8::/32'.",
  ),
  'pattern-subset-family': warning(
    '9.6.1',
    'An IPv4 address is compared with IPv4 networks, an IPv6 address with IPv6 networks.',
    'Use ipv4-addr for IPv4 networks and ipv6-addr for IPv6 networks.',
  ),
  'pattern-subset-custom': warning(
    '9.6.1',
    'ISSUBSET and ISSUPERSET on a path that the standard does not know compare with an IP address or a CIDR block too.',
    'Use ipv4-addr:value or ipv6-addr:value, and an address or CIDR block.',
  ),
  'pattern-index': error('9.7.2', 'A list index is 0 or more, or *.', 'Count from 0, or use [*] for any item.'),
  'pattern-type-form': warning(
    '3.1',
    'Object types are lower case with hyphens, 3 to 250 characters.',
    'Write the object type as its definition does; upper case never matches.',
  ),
  'pattern-type-not-observable': warning(
    '9.7',
    'A path begins with the type of a cyber observable object.',
    'Compare properties of observables such as file or domain-name.',
  ),
  'pattern-type-unknown': warning(
    '9.7',
    'An object type that the standard does not define begins with x-.',
    'Check the spelling, or name a custom type x-….',
  ),
  'pattern-property-form': warning(
    '3.1',
    'Property names are lower case with underscores, 3 to 250 characters.',
    'Write the property as its definition does; upper case never matches.',
  ),
  'pattern-property-unknown': warning(
    '9.7',
    'A property of a standard object type is one that the standard defines, or begins with x_.',
    'Check the spelling, or name a custom property x_….',
  ),
  'pattern-path-shape': warning(
    '9.7',
    'A path steps into lists with [n] or [*] and into dictionaries, references and nested objects with a dot, and ends at a single value.',
    'Follow the structure of the object, network-traffic:protocols[*] for instance.',
  ),
  'pattern-value-type': warning(
    '9.6.1',
    'The constant is of the data type of the property; otherwise the comparison is never true.',
    "Write numbers bare, timestamps as t'…' and strings in apostrophes.",
  ),
  'pattern-hash-algorithm': warning(
    '10.7',
    'Hash algorithms are named as hash-algorithm-ov names them; names are case-sensitive.',
    "Write MD5, 'SHA-1', 'SHA-256', 'SHA-512', 'SHA3-256', 'SHA3-512', SSDEEP or TLSH.",
  ),
  'pattern-hash-value': warning(
    '10.7',
    'A hash that is compared has the length and the alphabet of its algorithm.',
    'Check the value, or use LIKE for a part of a hash.',
  ),
  'pattern-regex': warning(
    '9.6.1',
    'MATCHES takes a PCRE regular expression.',
    'Close every group and class and give every quantifier something to repeat.',
  ),
  'pattern-foreign-empty': error(
    '4.7.1',
    'A pattern in another language is not empty.',
    'Put the rule into the property pattern.',
  ),
  'pattern-foreign-form': warning(
    '4.7.1',
    'A pattern in another language looks like a rule of that language.',
    'Check that pattern_type names the language of the pattern.',
  ),
} as const satisfies Record<string, PatternRule>;

export type PatternRuleId = keyof typeof PATTERN_RULES;

/** One result of checking a pattern. */
export interface PatternFinding {
  readonly rule: PatternRuleId;
  readonly severity: 'error' | 'warning';
  /** UTF-16 units from the start of the pattern. */
  readonly offset: number;
  readonly message: string;
  readonly section: string;
}

export function patternFinding(rule: PatternRuleId, offset: number, message: string): PatternFinding {
  const { severity, section } = PATTERN_RULES[rule];
  return { rule, severity, offset, message, section };
}
