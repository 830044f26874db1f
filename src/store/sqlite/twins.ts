import type { Allowed } from '../../sharing/model.ts';
import { contentKey, sameContent } from '../../stix/same-content.ts';
import { formatMicros, type Micros } from '../../time.ts';
import type { NewObject, Outcome } from '../store.ts';
import type { CollectionWriter } from './collection-writer.ts';
import { splitVersion, type VersionText } from './dates.ts';
import { visibility } from './facets.ts';
import { keyOfContent } from './keys.ts';
import { ownClass } from './selectors.ts';
import type { OwnedVersion, VersionContent, VersionReader } from './versions.ts';

/** An object that is not stored yet. */
export interface Addition {
  readonly object: NewObject;
  /** Undefined: the version is the date added. */
  readonly version: VersionText | undefined;
  /** Key of its content, when it has no version of its own. */
  readonly content: number | undefined;
  /** The last stored version of its object. */
  readonly last: OwnedVersion | undefined;
  /** Others of its object come before it in the batch. */
  readonly follows: boolean;
  outcome: Outcome | undefined;
}

export type Judged =
  | { readonly outcome: Outcome }
  | Addition
  | { readonly sameAs: Addition }
  /** Its equal is hidden from the pusher and must stay so, who is told that it was added now. */
  | { readonly hiddenTwin: NewObject; outcome: Outcome | undefined };

/** Whether a pusher may know of a stored version: what he added himself, and what he may read. */
type Sight = (version: OwnedVersion) => boolean;

export interface Pusher {
  /** Number of the source. */
  readonly source: number;
  /** Absent: everything. */
  readonly sees: Allowed | undefined;
}

/** Versions of one object beyond this many are not looked through. */
const MANY = 1000;

/** Tells what is to be added from what is stored already, comes twice or must not be changed, before any date is given. */
export function judgeBatch(
  objects: readonly NewObject[],
  collection: CollectionWriter,
  stored: VersionReader,
  pusher: Pusher,
  recalled: (id: string) => Micros | undefined,
  now: Micros,
): Judged[] {
  const coming = new Map<string, Addition[]>();
  const maySee = sightOf(collection, pusher);
  return objects.map((object) => {
    const { id, json } = object;
    const version = object.version === undefined ? undefined : splitVersion(object.version);
    const content = version === undefined ? keyOfContent(collection.num, id, contentKey(json)) : undefined;
    const since = recalled(id);
    if (since !== undefined)
      return { outcome: { kind: 'recalled', version: object.version ?? formatMicros(now), since } };
    const last = stored.mayExist(id) ? stored.last(id) : undefined;
    const siblings = coming.get(id) ?? [];
    const addition = { object, version, content, last, follows: siblings.length > 0, outcome: undefined };
    const twins = last === undefined ? [] : storedTwins(addition, last, stored);
    const known = outcomeOf(addition, twins, maySee) ?? comingTwin(addition, siblings);
    if (known !== undefined) return known;
    if (last !== undefined && !maySee(last) && !(version === undefined && areMarkedAlike(collection, stored, last))) {
      if (twins.length > 0) return { hiddenTwin: object, outcome: undefined };
      return { outcome: { kind: 'withheld', version: object.version ?? formatMicros(now) } };
    }
    siblings.push(addition);
    coming.set(id, siblings);
    return addition;
  });
}

function sightOf(collection: CollectionWriter, { source, sees }: Pusher): Sight {
  if (sees === undefined) return () => true;
  const mayRead = visibility(sees);
  return (version) => version.source === source || mayRead(collection.facets.get(version.facet));
}

/** What is stored under the same version, or says the same where there are no versions. */
function storedTwins(
  { object, version, content }: Addition,
  last: OwnedVersion,
  stored: VersionReader,
): VersionContent[] {
  if (version === undefined)
    return stored.withContent(object.id, content as number).filter(({ json }) => sameContent(object.json, json));
  const twin = version.key <= last.version_key ? stored.at(object.id, version.key) : undefined;
  return twin === undefined ? [] : [twin];
}

/**
 * A twin without a version that the pusher may not see says nothing here: where the object may be added, it is, as the
 * pusher's own, so that pushing it again tells nothing either.
 */
function outcomeOf(
  { object, version }: Addition,
  twins: readonly VersionContent[],
  maySee: Sight,
): { readonly outcome: Outcome } | undefined {
  const [twin] = twins.filter(maySee);
  if (twin !== undefined) return { outcome: compare(object, twin) };
  const [hidden] = twins;
  if (hidden === undefined || version === undefined) return undefined;
  const kind = sameContent(object.json, hidden.json) ? 'present' : 'withheld';
  return { outcome: { kind, version: version.key + version.rest } };
}

/** What comes under the same version, or says the same, earlier in the batch. */
function comingTwin({ object, version, content }: Addition, siblings: readonly Addition[]): Judged | undefined {
  const twin = siblings.find((sibling) =>
    version === undefined
      ? sibling.content === content && sameContent(sibling.object.json, object.json)
      : sibling.version?.key === version.key,
  );
  if (twin === undefined) return undefined;
  const outcome = compare(object, { json: twin.object.json, version: twin.object.version ?? '' });
  return outcome.kind === 'present' ? { sameAs: twin } : { outcome };
}

/** Source: TAXII 2.1 §5.5; the requirement list's A20 */
function compare({ json }: NewObject, known: Pick<VersionContent, 'json' | 'version'>): Outcome {
  return { kind: sameContent(json, known.json) ? 'present' : 'conflict', version: known.version };
}

/**
 * Whether all versions of an object are marked like the last one: then whoever may not see that one sees none of them by
 * way of another that comes to govern. Of very many, in doubt not.
 */
function areMarkedAlike({ facets }: CollectionWriter, stored: VersionReader, last: OwnedVersion): boolean {
  const own = ownClass(facets.get(last.facet).marking);
  const versions = stored.oldest(last.id, MANY + 1);
  return versions.length <= MANY && versions.every(({ facet }) => ownClass(facets.get(facet).marking) === own);
}
