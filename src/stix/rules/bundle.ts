import { timestampKey } from '../../time.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { show } from '../schema/words.ts';
import { checkTranslation } from './language-target.ts';
import type { Report, Rule } from './rule.ts';

/** What shows only where several objects are at hand. */
export const BUNDLE_RULES: readonly Rule[] = [
  {
    id: 'bundle-duplicate',
    section: 'STIX 2.1 §3.6',
    severity: 'warning',
    types: ['bundle'],
    summary: 'No two objects of a bundle have the same `id` and `modified`.',
    hint: 'Send each version once; a new version has a later `modified`.',
    check({ objects }, report) {
      const first = new Map<Json, string>();
      const further = new Set<string>();
      for (const { object, index } of members(objects)) {
        const { id = null } = object;
        const version = versionOf(object);
        const known = first.get(id);
        if (known === undefined) {
          first.set(id, version);
          continue;
        }
        const key = `${id} ${version}`;
        if (known !== version && !further.has(key)) further.add(key);
        else {
          const which = version === '' ? '' : ' in this version';
          if (!report(`/objects/${index}`, `${show(id)} is in the bundle already${which}.`)) return;
        }
      }
    },
  },
  versionRule('version-created', 'created', 'The `created` of an object is the same in all its versions.'),
  versionRule(
    'version-creator',
    'created_by_ref',
    'Only the creator makes versions of an object: `created_by_ref` is the same in all of them.',
  ),
  {
    id: 'version-after-revocation',
    section: 'STIX 2.1 §3.6',
    severity: 'warning',
    types: ['bundle'],
    summary: 'An object has no version later than the one that revokes it.',
    hint: 'Make a new object with a new id.',
    check({ objects }, report) {
      const revoked = new Map<Json, string>();
      for (const { object } of members(objects)) {
        if (object.revoked !== true || typeof object.id !== 'string') continue;
        const earlier = revoked.get(object.id);
        const version = versionOf(object);
        if (earlier === undefined || version < earlier) revoked.set(object.id, version);
      }
      for (const { object, index } of revoked.size === 0 ? [] : members(objects)) {
        const end = revoked.get(object.id ?? null);
        if (end === undefined || versionOf(object) <= end) continue;
        if (!report(`/objects/${index}/modified`, `${show(object.id)} was revoked before this version.`)) return;
      }
    },
  },
  {
    id: 'translated-version',
    section: 'STIX 2.1 §7.1.1',
    severity: 'warning',
    types: ['bundle'],
    summary:
      'The `object_modified` of language content is the `modified` of a version of the object that it translates.',
    hint: 'Name the version that was translated, or leave `object_modified` out.',
    check({ objects }, report) {
      eachTranslation(objects, ({ object, index }, versions) => {
        const { object_modified: modified } = object;
        if (typeof modified !== 'string') return true;
        const key = timestampKey(modified);
        if (key === undefined || versions.some((version) => versionOf(version) === key)) return true;
        return report(
          `/objects/${index}/object_modified`,
          `${show(object.object_ref)} has no version of ${modified} here.`,
        );
      });
    },
  },
  {
    id: 'translated-structure',
    section: 'STIX 2.1 §7.1.1',
    severity: 'warning',
    types: ['bundle'],
    summary:
      'Translations have the structure of what they translate: a text for a text, an object for an object, a list as long for a list.',
    hint: 'Put `""` for the items of a list that are not translated.',
    check({ objects }, report) {
      eachTranslation(objects, ({ object, index }, versions) => {
        const target = translated(object, versions);
        let goOn = true;
        const tell: Report = (path, message) => {
          goOn = report(`/objects/${index}${path}`, message);
          return goOn;
        };
        if (target) checkTranslation(object, target, tell);
        return goOn;
      });
    },
  },
  {
    id: 'variant-of-family',
    section: 'STIX 2.1 §4.11.2',
    severity: 'warning',
    types: ['bundle'],
    summary: 'A malware family is no `variant-of` an instance.',
    hint: 'Turn the relationship round, or relate the family to a family.',
    check({ objects }, report) {
      const families = new Map<Json, boolean>();
      for (const { object } of members(objects)) {
        if (object.type === 'malware' && typeof object.is_family === 'boolean')
          families.set(object.id ?? null, object.is_family);
      }
      for (const { object, index } of families.size === 0 ? [] : members(objects)) {
        if (object.relationship_type !== 'variant-of') continue;
        const { source_ref: source = null, target_ref: target = null } = object;
        if (families.get(source) !== true || families.get(target) !== false) continue;
        if (
          !report(
            `/objects/${index}`,
            `${show(source)} is a family and ${show(target)} an instance, which cannot be a variant of it.`,
          )
        )
          return;
      }
    },
  },
];

interface Member {
  readonly object: JsonObject;
  readonly index: number;
}

/** Shorter ids are none, and to remember them all would take more than a hostile bundle itself. */
const SHORTEST_ID = 'a--00000000-0000-0000-0000-000000000000'.length;

function* members(objects: Json | undefined): Generator<Member> {
  if (!Array.isArray(objects)) return;
  for (let index = 0; index < objects.length; index++) {
    const object: Json = objects[index];
    if (isObject(object) && typeof object.id === 'string' && object.id.length >= SHORTEST_ID) yield { object, index };
  }
}

/** Ordered as the instants are; empty for objects without versions. */
function versionOf({ modified }: JsonObject): string {
  return typeof modified === 'string' ? (timestampKey(modified) ?? modified) : '';
}

function versionRule(id: string, property: 'created' | 'created_by_ref', summary: string): Rule {
  return {
    id,
    section: 'STIX 2.1 §3.6',
    severity: 'warning',
    types: ['bundle'],
    summary,
    hint: 'Make a new object with a new id, and relate it with `derived-from`.',
    check({ objects }, report) {
      const first = new Map<Json, Json | undefined>();
      for (const { object, index } of members(objects)) {
        if (versionOf(object) === '') continue;
        const { id: name = null } = object;
        const value =
          property === 'created' && typeof object.created === 'string'
            ? timestampKey(object.created)
            : object[property];
        if (!first.has(name)) first.set(name, value);
        else if (
          first.get(name) !== value &&
          !report(`/objects/${index}`, `The ${property} of ${show(name)} is not the same as in another version here.`)
        )
          return;
      }
    },
  };
}

/** Goes through language content whose target is in the bundle too. */
function eachTranslation(
  objects: Json | undefined,
  visit: (content: Member, versions: readonly JsonObject[]) => boolean,
): void {
  const contents: Member[] = [];
  for (const member of members(objects)) if (member.object.type === 'language-content') contents.push(member);
  if (contents.length === 0) return;
  const targets = new Map<Json, JsonObject[]>(contents.map(({ object }) => [object.object_ref ?? null, []]));
  for (const { object } of members(objects)) targets.get(object.id ?? null)?.push(object);
  for (const content of contents) {
    const versions = targets.get(content.object.object_ref ?? null) ?? [];
    if (versions.length > 0 && !visit(content, versions)) return;
  }
}

/** The version that is translated: the named one, else the latest. */
function translated(
  { object_modified: modified }: JsonObject,
  versions: readonly JsonObject[],
): JsonObject | undefined {
  const key = typeof modified === 'string' ? timestampKey(modified) : undefined;
  if (key !== undefined) return versions.find((version) => versionOf(version) === key);
  return versions.reduce((latest, version) => (versionOf(version) > versionOf(latest) ? version : latest));
}
