import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { closest, show } from '../schema/words.ts';
import type { Rule } from './rule.ts';

/** Source: STIX 2.1 §10.7 */
const ALGORITHMS: ReadonlySet<string> = new Set([
  'MD5',
  'SHA-1',
  'SHA-256',
  'SHA-512',
  'SHA3-256',
  'SHA3-512',
  'SSDEEP',
  'TLSH',
]);

/** What other tools of the standard hold for a sensible length. */
const MAX_NAME = 30;

/** Places of `hashes` by type; `*` stands for every item of a list. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  artifact: ['hashes'],
  file: [
    'hashes',
    'extensions.ntfs-ext.alternate_data_streams.*.hashes',
    'extensions.windows-pebinary-ext.file_header_hashes',
    'extensions.windows-pebinary-ext.optional_header.hashes',
    'extensions.windows-pebinary-ext.sections.*.hashes',
  ],
  'x509-certificate': ['hashes'],
};
const EVERYWHERE = ['external_references.*.hashes'];

const STEPS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.entries(PLACES).map(([type, paths]) => [type, [...paths, ...EVERYWHERE].map((path) => path.split('.'))]),
);
const COMMON_STEPS = EVERYWHERE.map((path) => path.split('.'));

export const HASH_RULES: readonly Rule[] = [
  {
    id: 'hash-algorithm',
    section: 'STIX 2.1 §10.7',
    severity: 'warning',
    summary: 'Hashes are named as in hash-algorithm-ov; other names start with `x_`.',
    hint: 'Write `SHA-256`, not `sha256`: the names are case-sensitive.',
    check(object, report) {
      for (const { hashes, path } of hashesOf(object)) {
        for (const name of Object.keys(hashes)) {
          if (ALGORITHMS.has(name) || name.startsWith('x_')) continue;
          const meant = closest(name, [...ALGORITHMS]);
          const goOn = report(
            pointer([...path, name]),
            `${show(name)} is not listed in hash-algorithm-ov.${meant === undefined ? '' : ` Did you mean ${show(meant)}?`}`,
          );
          if (!goOn) return;
        }
      }
    },
  },
  {
    id: 'hash-name-length',
    section: 'STIX 2.1 §2.7',
    severity: 'warning',
    summary: `The name of a hash algorithm has at most ${MAX_NAME} characters.`,
    hint: 'Shorten the name.',
    check(object, report) {
      for (const { hashes, path } of hashesOf(object)) {
        for (const name of Object.keys(hashes)) {
          if (name.length <= MAX_NAME) continue;
          if (
            !report(
              pointer([...path, name]),
              `The name of the algorithm has ${name.length} characters; expected at most ${MAX_NAME}.`,
            )
          )
            return;
        }
      }
    },
  },
];

interface Hashes {
  readonly hashes: JsonObject;
  readonly path: readonly (string | number)[];
}

function* hashesOf(object: JsonObject): Generator<Hashes> {
  for (const steps of STEPS.get(String(object.type)) ?? COMMON_STEPS) {
    if (object[steps[0] as string] !== undefined) yield* hashesAt(object, steps, []);
  }
}

function* hashesAt(
  value: Json | undefined,
  steps: readonly string[],
  path: readonly (string | number)[],
): Generator<Hashes> {
  const step = steps[path.length];
  if (step === undefined) {
    if (isObject(value)) yield { hashes: value, path };
  } else if (step === '*') {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) yield* hashesAt(value[index], steps, [...path, index]);
  } else if (isObject(value) && Object.hasOwn(value, step)) {
    yield* hashesAt(value[step], steps, [...path, step]);
  }
}
