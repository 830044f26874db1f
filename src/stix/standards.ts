import stix20 from './generated/stix-2.0-schemas.json' with { type: 'json' };
import stix21 from './generated/stix-2.1-schemas.json' with { type: 'json' };
import type { JsonObject } from './json.ts';
import { compiler } from './schema/compile.ts';
import { containedFiles } from './schema/contained.ts';
import type { Check } from './schema/context.ts';
import { VOCABULARIES, VOCABULARIES_20 } from './vocabularies.ts';

/** The schemas of one version of STIX, each compiled when it is first used. */
export interface Standard {
  /** For objects of a type; undefined when the standard does not define it. */
  readonly objectSchema: (type: string) => Check | undefined;
  /** For objects of types that the standard does not define. */
  readonly customObject: Check;
  readonly customObservable: Check;
  /** For what `objects` of observed data holds. */
  readonly containedSchema: (type: string) => Check;
  /** For a bundle without the objects in it. */
  readonly bundle: Check;
}

type Files = ReadonlyMap<string, JsonObject>;

/** The JSON Schemas by their path under schemas/stix-2.1/ and schemas/stix-2.0/. */
export const FILES_21: Files = new Map<string, JsonObject>(Object.entries(stix21));
export const FILES_20: Files = new Map<string, JsonObject>(Object.entries(stix20));

export const STIX_21 = standard(['sdos', 'sros', 'scos', 'meta'], FILES_21, containedFiles(FILES_21), VOCABULARIES);
export const STIX_20 = standard(['sdos', 'sros', 'meta'], FILES_20, FILES_20, VOCABULARIES_20);

function standard(
  folders: readonly string[],
  files: Files,
  contained: Files,
  vocabularies: typeof VOCABULARIES,
): Standard {
  const compile = compiler({ files, vocabularies });
  const compileContained = compiler({ files: contained, vocabularies });
  const containedSchema = byType(['scos'], contained, compileContained);
  const containedCustom = compileContained('custom-observable.json');
  return {
    objectSchema: byType(folders, files, compile),
    customObject: compile('custom-object.json'),
    customObservable: compile('custom-observable.json'),
    containedSchema: (type) => containedSchema(type) ?? containedCustom,
    bundle: compile('bundle.json'),
  };
}

function byType(
  folders: readonly string[],
  files: Files,
  compile: (path: string) => Check,
): (type: string) => Check | undefined {
  const paths = new Map<string, string>();
  for (const path of files.keys()) {
    const [folder = '', name = ''] = path.split('/');
    if (folders.includes(folder)) paths.set(name.replace('.json', ''), path);
  }
  const compiled = new Map<string, Check>();
  return (type) => {
    const known = compiled.get(type);
    const path = paths.get(type);
    if (known || path === undefined) return known;
    const check = compile(path);
    compiled.set(type, check);
    return check;
  };
}
