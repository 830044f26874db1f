import { isObject, type Json, type JsonObject } from '../json.ts';
import { META_TYPES, SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../object-key.ts';

/** What the standard lets an object of a type be. */
export type ObjectClass = 'domain' | 'relationship' | 'observable' | 'meta' | 'bundle';

const CLASSES: ReadonlyMap<string, ObjectClass> = new Map<string, ObjectClass>([
  ...SDO_TYPES.map((type) => [type, 'domain'] as const),
  ...SRO_TYPES.map((type) => [type, 'relationship'] as const),
  ...SCO_TYPES.map((type) => [type, 'observable'] as const),
  ...META_TYPES.map((type) => [type, 'meta'] as const),
  ['bundle', 'bundle'],
]);

const NEW_CLASSES: ReadonlyMap<unknown, ObjectClass> = new Map<unknown, ObjectClass>([
  ['new-sdo', 'domain'],
  ['new-sro', 'relationship'],
  ['new-sco', 'observable'],
]);

/** The class of a type of the standard; undefined for custom types. */
export function classOfType(type: string): ObjectClass | undefined {
  return CLASSES.get(type);
}

/** The class that an extension gives to objects of a new type; undefined when none does. */
export function extensionClass(object: JsonObject): ObjectClass | undefined {
  const { extensions } = object;
  if (!isObject(extensions)) return undefined;
  for (const key of Object.keys(extensions)) {
    const extension = extensions[key];
    const found = isObject(extension) ? NEW_CLASSES.get(extension.extension_type) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Whether one of the extensions of an object is of a type. */
export function hasExtensionType(object: JsonObject, extensionType: string): boolean {
  const { extensions } = object;
  if (!isObject(extensions)) return false;
  return Object.keys(extensions).some((key) => {
    const extension = extensions[key];
    return isObject(extension) && extension.extension_type === extensionType;
  });
}

/** The type in an identifier or reference; undefined when there is none. */
export function typeOfId(id: Json | undefined): string | undefined {
  if (typeof id !== 'string') return undefined;
  const end = id.indexOf('--');
  return end > 0 ? id.slice(0, end) : undefined;
}
