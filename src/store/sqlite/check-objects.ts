import { isObject } from '../../stix/json.ts';
import { contentKey } from '../../stix/same-content.ts';
import { formatMicros, type Micros, timestampKey } from '../../time.ts';
import type { Faults, Progress } from './check.ts';
import { laneOf, type StoredVersion } from './collection-writer.ts';
import type { Facet } from './facets.ts';
import { CONTENT_POSITION, keyOfContent, keyOfId, keyOfVersion, positionOf } from './keys.ts';
import { derive, FIRST, SPEC_21 } from './selectors.ts';
import type { Statements } from './statements.ts';
import { type VersionReader, versionReader } from './versions.ts';

interface Row extends StoredVersion {
  readonly collection: number;
  readonly date_added: Micros;
  readonly lane: number | null;
  readonly version_rest: string;
  readonly content: number | null;
  readonly json: string;
}

interface Collection {
  readonly num: number;
  readonly id: string;
  readonly largest: number;
}

/** Rows between two reports of progress. */
const STEP = 1000;

/** Each row by itself, then each object by its first version. */
export function checkObjects(sql: Statements, faults: Faults, progress: Progress): void {
  const total = sql.values<number>('SELECT count(*) FROM object').get() as number;
  let done = 0;
  const collections = sql.rows<Collection>('SELECT num, id, largest FROM collection WHERE id IS NOT NULL').all();
  for (const collection of collections) {
    const facets = new Map(
      sql
        .rows<Facet>('SELECT num, type, selectors, marking FROM facet WHERE collection = ?')
        .all(collection.num)
        .map((facet) => [facet.num, facet]),
    );
    const stored = versionReader(sql, collection.num);
    const rows = sql.rows<Row>(
      `SELECT num, collection, date_added, facet, lane, id, version_key, version_rest, content, json
       FROM object INDEXED BY object_by_date WHERE collection = ? ORDER BY date_added`,
    );
    let grouped = 0;
    let count = 0;
    let lastNum = 0;
    for (const row of rows.iterate(collection.num)) {
      count += 1;
      const tell = (what: string): void =>
        faults.add(`${row.id}, version ${row.version_key}, in collection ${collection.id}: ${what}`);
      if (row.num <= lastNum) tell('it is stored out of the order of dates added.');
      lastNum = row.num;
      const facet = facets.get(row.facet);
      if (facet === undefined) {
        tell(`its facet ${row.facet} does not exist.`);
        continue;
      }
      checkRow(row, facet, collection, tell);
      checkKeys(sql, row, tell);
      if (facet.selectors & FIRST) grouped += checkObject(stored, row.id, facets, tell);
      done += 1;
      if (done % STEP === 0) progress(done, total);
    }
    if (grouped !== count)
      faults.add(`Collection ${collection.id}: ${count} versions, but ${grouped} in objects that have a first one.`);
  }
  progress(total, total);
}

function checkRow(row: Row, facet: Facet, collection: Collection, tell: (what: string) => void): void {
  if ((row.facet & 1) !== (facet.selectors & SPEC_21 ? 1 : 0))
    tell('its facet has the number of another spec version.');
  if (row.lane !== (laneOf(row.collection, facet) ?? null)) tell('it is in the wrong range of the plain poll.');
  const version = row.version_key + row.version_rest;
  if (timestampKey(version) !== row.version_key) tell(`its version "${version}" does not have this key.`);
  if (Buffer.byteLength(row.json) > collection.largest) tell('its text is larger than the largest noted.');
  const value = parse(row.json);
  if (!isObject(value)) {
    tell('its text is not a JSON object.');
    return;
  }
  if (value.id !== row.id || value.type !== facet.type) tell('its text has another id or type.');
  const own = [value.modified, value.created].find((time) => typeof time === 'string');
  if (version !== (own ?? formatMicros(row.date_added))) tell(`its text is of another version than "${version}".`);
  const content = own === undefined ? keyOfContent(row.collection, row.id, contentKey(row.json)) : null;
  if (row.content !== content) tell('the key of its content is not that of its text.');
}

function checkKeys(sql: Statements, row: Row, tell: (what: string) => void): void {
  const { num, collection, id, version_key, facet, content } = row;
  const count = sql.values<number>(
    `SELECT (SELECT count(*) FROM key_recent WHERE key = ? AND position = ? AND num = ?)
      + (SELECT count(*) FROM key_settled WHERE key = ? AND position = ? AND num = ?)`,
  );
  const byId = keyOfId(collection, id);
  const position = positionOf(version_key);
  if (count.get(byId, position, num, byId, position, num) !== 1) tell('it is not found by its id.');
  const byVersion = keyOfVersion(collection, version_key);
  if (count.get(byVersion, facet, num, byVersion, facet, num) !== 1) tell('it is not found by its version.');
  if (content !== null && count.get(content, CONTENT_POSITION, num, content, CONTENT_POSITION, num) !== 1)
    tell('it is not found by its content.');
}

/** Flags and governing class of an object's versions against those that follow from them. @returns how many there are */
function checkObject(
  stored: VersionReader,
  id: string,
  facets: ReadonlyMap<number, Facet>,
  tell: (what: string) => void,
): number {
  const versions = stored.all(id);
  if (versions.length === 0) return 0;
  if (new Set(versions.map((version) => version.version_key)).size < versions.length)
    tell('its object has a version twice.');
  const rows = versions.map(({ num, facet, version_key }) => {
    const { selectors = 0, marking = 0 } = facets.get(facet) ?? {};
    return { num, version_key, selectors, marking };
  });
  for (const [i, right] of derive(rows).entries()) {
    const row = rows[i];
    if (row?.selectors !== right.selectors || row.marking !== right.marking)
      tell(`version ${row?.version_key} of its object has wrong flags or a wrong governing class.`);
  }
  return versions.length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
