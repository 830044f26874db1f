import stix20 from '../../schemas/stix-2.0/vocabularies.json' with { type: 'json' };
import stix21 from '../../schemas/stix-2.1/vocabularies.json' with { type: 'json' };
import type { Vocabulary } from './schema/node.ts';

/** The open vocabularies by name: `malware-type-ov`. Source: STIX 2.1 §10 */
export const VOCABULARIES = toMap(stix21);

/** The open vocabularies of STIX 2.0. Source: STIX 2.0 part 1 §6 */
export const VOCABULARIES_20 = toMap(stix20);

function toMap(file: Readonly<Record<string, string | Vocabulary>>): ReadonlyMap<string, Vocabulary> {
  return new Map(Object.entries(file).flatMap(([name, entry]) => (typeof entry === 'string' ? [] : [[name, entry]])));
}
