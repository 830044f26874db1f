import { type MarkingClass, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * The marking definitions whose ids are fixed: TLP 1 as in STIX 2.1 §7.2.1.4, TLP 2.0 as OASIS publishes them with the
 * common objects.
 */
export const TLP_DEFINITIONS: ReadonlyMap<string, Tlp> = new Map([
  ['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9', 'clear'],
  ['marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da', 'green'],
  ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82', 'amber'],
  ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'red'],
  ['marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487', 'clear'],
  ['marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb', 'green'],
  ['marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421', 'amber'],
  ['marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003', 'amber+strict'],
  ['marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1', 'red'],
]);

/**
 * The class under which the markings of an object are stored, those of its parts included: the most closed of them.
 *
 * A marking that cannot be resolved ranks wherever the collection says (`unknown_marking`), now or later, so beside a TLP
 * marking no single class but red is sure never to show the object to somebody whom one of the two shuts out. Only beside
 * TLP:CLEAR, which shuts nobody out, does the unknown one decide alone.
 * A statement beside a TLP marking does not count: the marking has said it.
 * @param resolve what a definition without a fixed id means, undefined when it is unknown
 */
export function markingClass(
  object: JsonObject,
  resolve: (id: string) => MarkingClass | undefined = () => undefined,
): MarkingClass {
  let highest = -1;
  let unknown = false;
  let statement = false;
  for (const reference of references(object)) {
    const meaning = typeof reference === 'string' ? meaningOf(reference, resolve) : undefined;
    if (meaning === 'unmarked') continue;
    if (meaning === 'statement') statement = true;
    else if (meaning === undefined || meaning === 'other') unknown = true;
    else highest = Math.max(highest, TLP_LEVELS.indexOf(meaning));
  }
  const level = TLP_LEVELS[highest];
  if (!unknown) return level ?? (statement ? 'statement' : 'unmarked');
  return level === undefined || level === 'clear' ? 'other' : 'red';
}

function meaningOf(id: string, resolve: (id: string) => MarkingClass | undefined): MarkingClass | undefined {
  return TLP_DEFINITIONS.get(id.toLowerCase()) ?? resolve(id);
}

/** Every reference to a marking; what has the wrong form counts as an unknown one. */
function* references(object: JsonObject): Generator<Json> {
  yield* listed(object.object_marking_refs);
  for (const granular of listed(object.granular_markings)) {
    if (!isObject(granular)) yield granular;
    else if (granular.marking_ref !== undefined) yield granular.marking_ref;
  }
  // The deprecated container of observed data holds whole observables with markings of their own.
  if (object.type !== 'observed-data' || !isObject(object.objects)) return;
  for (const observable of Object.values(object.objects)) if (isObject(observable)) yield* references(observable);
}

function listed(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
