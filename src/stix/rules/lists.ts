import characterSets from '../../../schemas/stix-2.1/lists/character-sets.json' with { type: 'json' };
import countries from '../../../schemas/stix-2.1/lists/countries.json' with { type: 'json' };
import httpRequestHeaders from '../../../schemas/stix-2.1/lists/http-request-headers.json' with { type: 'json' };
import ipfixElements from '../../../schemas/stix-2.1/lists/ipfix-elements.json' with { type: 'json' };
import languages from '../../../schemas/stix-2.1/lists/languages.json' with { type: 'json' };
import mediaTypes from '../../../schemas/stix-2.1/lists/media-types.json' with { type: 'json' };
import protocols from '../../../schemas/stix-2.1/lists/protocols.json' with { type: 'json' };
import socketOptions from '../../../schemas/stix-2.1/lists/socket-options.json' with { type: 'json' };

/** Lists that others keep and the standard refers to. Each line of a file holds several values. */
const LISTS = {
  'character-sets': lowerCase(characterSets),
  countries,
  'http-request-headers': lowerCase(httpRequestHeaders),
  'ipfix-elements': ipfixElements,
  languages: lowerCase(languages),
  'media-types': mediaTypes,
  protocols,
  'socket-options': socketOptions,
};

export type ListName = keyof typeof LISTS;

/** Whether a list has a value; lists whose values ignore case are in lower case and asked so. */
export function isListed(list: ListName, value: string): boolean {
  let values = sets.get(list);
  if (!values) {
    values = new Set(LISTS[list].values.flatMap((line) => line.split(' ')));
    sets.set(list, values);
  }
  return values.has(value);
}

/** Made when first asked, so that starting does not wait for them. */
const sets = new Map<ListName, ReadonlySet<string>>();

function lowerCase({ values }: { readonly values: readonly string[] }): { readonly values: readonly string[] } {
  return { values: values.map((line) => line.toLowerCase()) };
}
