/** What the value of a hash looks like, and in words. */
export interface HashForm {
  readonly form: RegExp;
  readonly words: string;
}

/** Longer values are refused before any regular expression sees them. */
const LONGEST_HASH = 512;

/** The algorithms of the standard. Source: STIX 2.1 §10.7 */
const ALGORITHMS: ReadonlyMap<string, HashForm> = new Map([
  ['MD5', digits(32)],
  ['SHA-1', digits(40)],
  ['SHA-256', digits(64)],
  ['SHA-512', digits(128)],
  ['SHA3-256', digits(64)],
  ['SHA3-512', digits(128)],
  ['SSDEEP', { form: /^\d+:[A-Za-z0-9+/]*:[A-Za-z0-9+/]*$/, words: 'blocksize:hash:hash' }],
  ['TLSH', { form: /^(?:T1)?[0-9A-Fa-f]{70}$/, words: '70 hexadecimal digits, T1 before them or not' }],
]);

/** The form of an algorithm's values; undefined for names that are not in hash-algorithm-ov. */
export function hashForm(algorithm: string): HashForm | undefined {
  return ALGORITHMS.get(algorithm);
}

/** The listed name that a name stands for when case and hyphens do not count: `sha256` stands for SHA-256. */
export function listedAlgorithm(name: string): string | undefined {
  if (name.length > LONGEST_HASH) return undefined;
  const plain = plainName(name);
  for (const algorithm of ALGORITHMS.keys()) if (plainName(algorithm) === plain) return algorithm;
  return undefined;
}

export function fitsForm(value: string, { form }: HashForm): boolean {
  return value.length <= LONGEST_HASH && form.test(value);
}

function plainName(name: string): string {
  return name.toUpperCase().replaceAll('-', '').replaceAll('_', '');
}

function digits(count: number): HashForm {
  return { form: new RegExp(`^[0-9A-Fa-f]{${count}}$`), words: `${count} hexadecimal digits` };
}
