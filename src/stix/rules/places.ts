import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { type Place, placesOf } from './properties.ts';

/** Told of a name that the standard does not define, and where it stands. False when enough is told. */
export type Tell = (name: string, path: string) => boolean;

/** Goes through the properties inside an object that the standard does not define where they stand. */
export function eachUnknown(object: JsonObject, tell: Tell): void {
  if (typeof object.type !== 'string') return;
  for (const { steps, properties } of placesOf(object.type)) {
    if (object[steps[0] as string] !== undefined && !visit(object, steps, [], properties, tell)) return;
  }
}

/** Walks down to a place; `*` stands for every item of a list. False when enough is reported. */
function visit(
  value: Json | undefined,
  steps: Place['steps'],
  path: (string | number)[],
  properties: Place['properties'],
  tell: Tell,
): boolean {
  const step = steps[path.length];
  if (step === undefined) return !isObject(value) || checkNames(value, path, properties, tell);
  if (step === '*') {
    if (!Array.isArray(value)) return true;
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      const goOn = visit(value[index], steps, path, properties, tell);
      path.pop();
      if (!goOn) return false;
    }
    return true;
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return true;
  path.push(step);
  const goOn = visit(value[step], steps, path, properties, tell);
  path.pop();
  return goOn;
}

function checkNames(
  value: JsonObject,
  path: readonly (string | number)[],
  properties: ReadonlySet<string>,
  tell: Tell,
): boolean {
  for (const name of Object.keys(value)) {
    if (properties.has(name) || (name === 'extension_type' && path[0] === 'extensions')) continue;
    if (!tell(name, pointer([...path, name]))) return false;
  }
  return true;
}
