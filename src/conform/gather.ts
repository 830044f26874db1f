import type { JsonObject } from '../stix/json.ts';
import { objectsOf, stringOf } from './answer.ts';
import { fixture } from './objects.ts';
import { Probe } from './probe.ts';
import { type Entry, entryOf, keyOf, type Sample } from './sample.ts';
import type { Session } from './session.ts';
import type { ListedCollection, Target } from './target.ts';
import { allStored, push, refusalOf } from './write.ts';

/** Every version of every spec version. */
export const ALL = 'match[version]=all&match[spec_version]=2.0,2.1';

export interface Gathered {
  readonly sample: Sample | undefined;
  /** The collection that the sample is of. */
  readonly reading: ListedCollection | undefined;
  /** What went wrong on the way, for people. */
  readonly notes: readonly string[];
}

/** Collections that are looked into for objects, at most. */
const LOOKED_INTO = 4;

/**
 * Objects to ask about: the suite's own where it may write, else some that the server has.
 * @param named the collection to read was named; no other is looked into
 */
export async function gather(session: Session, target: Target, named: boolean): Promise<Gathered> {
  const notes: string[] = [];
  const { reading, writing, collections } = target;
  if (writing !== undefined) {
    const sample = await postFixture(session, target, writing, notes);
    if (sample !== undefined) return { sample, reading: writing, notes };
  }
  const others = named ? [] : collections.filter((each) => each.canRead && each !== reading).slice(0, LOOKED_INTO);
  let best: { readonly sample: Sample; readonly reading: ListedCollection } | undefined;
  for (const collection of reading === undefined ? others : [reading, ...others]) {
    const sample = await findExisting(new Probe(session, target, undefined), collection, notes);
    if (sample === undefined) continue;
    if (best === undefined || worth(sample) > worth(best.sample)) best = { sample, reading: collection };
    if (worth(sample) >= PLENTY) break;
  }
  return best === undefined ? { sample: undefined, reading, notes } : { ...best, notes };
}

/** How much a sample lets one ask: kinds of objects, and above all several versions of one. */
function worth({ entries }: Sample): number {
  const count = (values: readonly unknown[]): number => new Set(values).size;
  const ids = entries.map(({ id }) => id);
  return count(entries.map(({ type }) => type)) + (ids.length > count(ids) ? PLENTY : 0);
}

const PLENTY = 20;

/** Without these, a collection is one for other things than the checks add to it. */
const NEEDED = ['indicator', 'campaign'];

/** One by one, so that the order in which they were added is known. */
async function postFixture(
  session: Session,
  target: Target,
  { url, canRead, mediaTypes }: ListedCollection,
  notes: string[],
): Promise<Sample | undefined> {
  const stored: JsonObject[] = [];
  const refused: string[] = [];
  for (const object of fixture(mediaTypes?.some((type) => type.includes('version=2.0')) ?? false)) {
    const pushed = await push(session, url, [object]);
    if (allStored(pushed)) stored.push(object);
    else refused.push(`${object.type}: ${refusalOf(pushed)}`);
  }
  if (refused.length > 0)
    notes.push(`${refused.length} of the suite's objects were not taken, the first ${refused[0]}`);
  session.welcome = NEEDED.every((type) => stored.some((object) => object.type === type));
  if (stored.length < ENOUGH || !session.welcome || !canRead) return undefined;
  const probe = new Probe(session, target, undefined);
  const ids = [...new Set(stored.map(({ id }) => stringOf(id)))];
  const records = await listed(probe, `${url}manifest/`, `match[id]=${ids.join(',')}&${ALL}`);
  const entries = stored.map((object): Entry => {
    const entry = entryOf(object, undefined);
    const record = records.find(
      ({ id, version }) =>
        id === entry.id && (entry.undated || keyOf(stringOf(version)) === keyOf(entry.version ?? '')),
    );
    if (record === undefined) return entry;
    return { ...entry, version: entry.version ?? stringOf(record.version), dateAdded: stringOf(record.date_added) };
  });
  return { url, entries, known: true };
}

/** As many ids as make a question that no server minds. */
const IDS = 12;

/** Of what a collection holds, a few objects with all their versions: rather such as have several. */
async function findExisting(probe: Probe, { url }: ListedCollection, notes: string[]): Promise<Sample | undefined> {
  const page = await probe.get(`${url}manifest/?${ALL}&limit=100`);
  const ids = objectsOf(page.body.objects)
    .map(({ id }) => stringOf(id))
    .filter((id) => id !== '');
  const times = (id: string): number => ids.filter((each) => each === id).length;
  const typed = new Map(ids.map((id) => [id.split('--')[0], id]));
  const several = [...new Set(ids)].filter((id) => times(id) > 1 && times(id) < 10).slice(0, 4);
  const chosen = [...new Set([...several, ...typed.values(), ...ids])].slice(0, IDS);
  if (chosen.length === 0) return undefined;
  let entries: Entry[] = [];
  // A server that does not know one of the filters is looked at all the same.
  for (const filter of [ALL, 'match[version]=all', '']) {
    const query = [`match[id]=${chosen.join(',')}`, filter].filter((part) => part !== '').join('&');
    const records = (await listed(probe, `${url}manifest/`, query)).filter(({ id }) => chosen.includes(stringOf(id)));
    entries = paired(records, await listed(probe, `${url}objects/`, query));
    if (entries.length >= ENOUGH) return { url, entries, known: false };
  }
  if (ids.length >= ENOUGH)
    notes.push(
      `${ids.length} objects are listed in ${url}manifest/, but objects/ and manifest/ do not agree on ${chosen.length} of them: many checks have nothing to look at.`,
    );
  return undefined;
}

/** Object versions that make a sample worth asking about. */
const ENOUGH = 3;

/** Records of the manifest with their objects, in the order of their dates. */
function paired(records: readonly JsonObject[], objects: readonly JsonObject[]): Entry[] {
  const entries = records.flatMap((record): Entry[] => {
    const object = objects.find((each) => {
      const version = each.modified ?? each.created;
      return (
        each.id === record.id && (version === undefined || keyOf(stringOf(version)) === keyOf(stringOf(record.version)))
      );
    });
    if (object === undefined) return [];
    const entry = entryOf(object, stringOf(record.date_added));
    return [{ ...entry, version: entry.version ?? stringOf(record.version) }];
  });
  const date = ({ dateAdded }: Entry): string => dateAdded ?? '';
  return entries.sort((a, b) => (date(a) < date(b) ? -1 : date(a) > date(b) ? 1 : 0));
}

/** Of the few objects of a sample; a server that goes on longer is not read further. */
const MAX_PAGES = 20;

/** What the pages of a query hold, as far as they can be read: whether they are sound is for the checks to say. */
async function listed(probe: Probe, url: string, query: string): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  let next = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const { body } = await probe.get(`${url}?${query}${next === '' ? '' : `&next=${encodeURIComponent(next)}`}`);
    all.push(...objectsOf(body.objects));
    const following = stringOf(body.next);
    if (body.more !== true || following === '' || following === next) break;
    next = following;
  }
  return all;
}
