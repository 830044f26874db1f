import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Answer, Ask } from '../http/hub.ts';
import { bare, Cells } from './cells.ts';
import { Partner, statusBy } from './model.ts';
import {
  COLLECTIONS,
  type CollectionName,
  MARKINGS,
  OBJECT_NAMES,
  OBJECTS,
  type ObjectRow,
  STATE_NAMES,
} from './table.ts';
import { askOf, at, during, idOf, modifiedOf, OPERATOR, openWorld, PLACES } from './world.ts';

/** Every state of a partner × every endpoint that reads × every object, with the exact versions that each may show. */

const hub = await openWorld({ after });
const READ: readonly CollectionName[] = ['main', 'lax'];

const nameOfId = new Map(OBJECT_NAMES.map((name) => [idOf(name, rowOf(name).type), name]));
/** Of each collection: date added of each version, `name@number`, in that order. */
const dates = Object.fromEntries(
  await Promise.all(READ.map(async (collection) => [collection, await datesOf(collection)])),
);

for (const state of STATE_NAMES)
  describe(state, () => {
    const partner = new Partner(state);
    const ask = askOf(state);
    const run = (name: string, cells: (cells: Cells) => Promise<void>): void => {
      test(name, () =>
        during(hub, state, async () => {
          const all = new Cells();
          await cells(all);
          all.done();
        }),
      );
    };
    run('discovery, API roots, collections', (cells) => listings(cells, partner, ask));
    for (const collection of READ) {
      run(`${collection}: pages of objects and manifests`, (cells) => pages(cells, partner, ask, collection));
      run(`${collection}: each object and its versions`, (cells) => objects(cells, partner, ask, collection));
    }
  });

test('the table has at least 1,000 cells', (t) => {
  t.diagnostic(`${Cells.count} cells`);
  assert.ok(Cells.count >= 1000, `${Cells.count} cells`);
});

// ── listings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function listings(cells: Cells, partner: Partner, ask: Ask): Promise<void> {
  const seesRoot = partner.isListed;
  const listed = statusBy(partner, seesRoot ? 'allowed' : 'hidden', 200);
  const discovery = await hub.get('/taxii2/', ask);
  cells.check('discovery', discovery.status, partner.isNobody ? listed : statusBy(partner, 'allowed', 200));
  if (discovery.status === 200) {
    const roots = ((discovery.json.api_roots ?? []) as string[]).map((url) => new URL(url).pathname);
    const others = partner.isOperator ? ['/api1/', '/api2/', '/far/', '/m/', '/pub/', '/strict/'] : [];
    cells.check('API roots', roots, partner.isOperator ? others : seesRoot ? ['/m/'] : []);
  }
  cells.check('root', (await hub.get('/m/', ask)).status, listed);
  const collections = await hub.get('/m/collections/', ask);
  cells.check('collections', collections.status, listed);
  if (collections.status === 200) {
    const names = [...Object.keys(COLLECTIONS), ...(partner.isOperator ? ['shut'] : [])];
    const expected = names.map((name) => PLACES[name as CollectionName]).sort();
    cells.check('listed collections', (collections.json.collections as Named[]).map(({ id }) => id).sort(), expected);
  }
  for (const collection of READ) {
    const one = await hub.get(at(collection), ask);
    cells.check(collection, one.status, listed);
    if (one.status !== 200) continue;
    const flags = { read: one.json.can_read, write: one.json.can_write };
    cells.check(`flags of ${collection}`, flags, {
      read: partner.read === 'allowed',
      write: partner.write === 'allowed',
    });
    const shown = (collections.json.collections as Named[]).find(({ id }) => id === PLACES[collection]);
    cells.check(`${collection} among others`, shown, one.json);
  }
}

interface Named {
  readonly id: string;
  readonly modified?: string;
  readonly version?: string;
}

// ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function pages(cells: Cells, partner: Partner, ask: Ask, collection: CollectionName): Promise<void> {
  const newest = seen(partner, collection, (row, numbers) =>
    numbers.filter((number) => number === row.versions.length),
  );
  const every = seen(partner, collection, (_row, numbers) => numbers);
  const first = seen(partner, collection, (_row, numbers) => numbers.filter((number) => number === 1));
  for (const endpoint of ['objects', 'manifest'] as const)
    for (const [query, expected] of [
      ['', newest],
      ['?match[version]=all', every],
      ['?match[version]=first', first],
      [`?match[version]=${modifiedOf(1)}`, first.filter((name) => !name.includes(' process@'))],
      ['?match[type]=malware,process', newest.filter((name) => /malware@|process@/.test(name))],
      [`?match[id]=${[...nameOfId.keys()].join()}`, newest],
    ] as const) {
      if (partner.read !== 'allowed' && query !== '') continue;
      const url = at(collection, `${endpoint}/${query}`);
      const where = `${collection} ${endpoint}/${query.slice(0, 40)}`;
      const answer = await hub.get(url, ask);
      cells.check(where, answer.status, statusBy(partner, partner.read, 200));
      if (query === '') cells.check(`HEAD ${where}`, head(await hub.request('HEAD', url, ask)), head(answer));
      if (answer.status !== 200) continue;
      cells.check(`shown at ${where}`, namesOf(answer), expected);
      cells.check(`dates of ${where}`, datesShown(answer), datesOf2(collection, expected));
      if (query === '' || query.endsWith('=all'))
        cells.check(`pages of ${where}`, await inPages(url, ask, 4), expected);
    }
}

/** Versions seen as `name@number`, in the order in which they were added. */
function seen(
  partner: Partner,
  collection: CollectionName,
  select: (row: ObjectRow, numbers: readonly number[]) => readonly number[],
): string[] {
  const names = new Set(
    OBJECT_NAMES.flatMap((name) => {
      const row = rowOf(name);
      return select(row, partner.visible(row, collection)).map((number) => `${name}@${number}`);
    }),
  );
  return [...(dates[collection] as Map<string, string>).keys()].filter((name) => names.has(name));
}

/** Every page is full but the last, which says no more. */
async function inPages(url: string, ask: Ask, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let next = ''; ; ) {
    const answer = await hub.get(`${url}${url.includes('?') ? '&' : '?'}limit=${limit}${next}`, ask);
    found.push(...namesOf(answer));
    const { more, next: place } = answer.json;
    if (more !== true && place === undefined) return found;
    assert.deepEqual([more, namesOf(answer).length, typeof place], [true, limit, 'string']);
    next = `&next=${place}`;
  }
}

function datesShown({ headers }: Answer): unknown {
  return [headers['x-taxii-date-added-first'], headers['x-taxii-date-added-last']];
}

function datesOf2(collection: CollectionName, names: readonly string[]): unknown {
  const known = dates[collection] as Map<string, string>;
  return [names.at(0), names.at(-1)].map((name) => (name === undefined ? undefined : known.get(name)));
}

function head(answer: Answer): unknown {
  const { status, headers } = bare(answer);
  return { status, headers };
}

function namesOf(answer: Answer): string[] {
  return ((answer.json.objects ?? []) as Named[]).map((entry) => {
    const name = nameOfId.get(entry.id) ?? entry.id;
    return `${name}@${numberOf(name, entry.modified ?? entry.version)}`;
  });
}

/** A version without a time of its own is the only one. */
function numberOf(name: string, version: string | undefined): number {
  const { type, versions } = rowOf(name);
  if (type === 'process' || type === 'marking-definition') return 1;
  return versions.findIndex((_, i) => modifiedOf(i + 1) === version) + 1;
}

async function datesOf(collection: CollectionName): Promise<Map<string, string>> {
  const answer = await hub.get(at(collection, 'manifest/?match[version]=all'), OPERATOR);
  const names = namesOf(answer);
  return new Map(
    (answer.json.objects as { date_added: string }[]).map((entry, i) => [names[i] ?? '', entry.date_added]),
  );
}

// ── single objects ───────────────────────────────────────────────────────────────────────────────────────────────────

async function objects(cells: Cells, partner: Partner, ask: Ask, collection: CollectionName): Promise<void> {
  const absent = new Map<string, Answer>();
  for (const rest of ['', ...VERSIONS, 'versions/'])
    absent.set(rest, await hub.get(at(collection, `objects/${idOf('absent', 'indicator')}/${rest}`), ask));
  const noVersion = await hub.get(at(collection, `objects/${idOf('red', 'indicator')}/?match[version]=${NEVER}`), ask);
  for (const name of OBJECT_NAMES.filter((name) => collection === 'main' || dependsOnRules(name))) {
    const row = rowOf(name);
    const path = `objects/${idOf(name, row.type)}/`;
    const numbers = partner.visible(row, collection);
    const all = numbers.map((number) => `${name}@${number}`);
    const found = statusBy(partner, partner.read, numbers.length > 0 ? 200 : 404);
    for (const [rest, expected] of [
      ['', all.slice(-1)],
      ...(row.versions.length > 1 ? VERSIONS.map((rest) => [rest, selected(rest, all)] as const) : []),
      ['versions/', all],
    ] as const) {
      const answer = await hub.get(at(collection, path + rest), ask);
      cells.check(`${name} ${rest}`, answer.status, found);
      if (answer.status === 200) cells.check(`versions of ${name} ${rest}`, shownOf(name, answer).sort(), expected);
      else cells.same(`${name} ${rest}`, answer, absent.get(rest) as Answer);
    }
    if (row.versions.length === 1 || partner.read !== 'allowed') continue;
    // A version that is not shown is one that is not there.
    for (let number = 1; number <= row.versions.length; number++) {
      const answer = await hub.get(at(collection, `${path}?match[version]=${modifiedOf(number)}`), ask);
      const shown = numbers.includes(number);
      cells.check(`${name}@${number}`, answer.status, statusBy(partner, partner.read, shown ? 200 : 404));
      if (!shown) cells.same(`${name}@${number}`, answer, noVersion);
    }
  }
}

const VERSIONS = ['?match[version]=last', '?match[version]=all'] as const;
const NEVER = modifiedOf(9);

function selected(rest: (typeof VERSIONS)[number], all: readonly string[]): readonly string[] {
  return rest.endsWith('=all') ? all : all.slice(-1);
}

/** Whether the collection's own rules bear on an object. */
function dependsOnRules(name: string): boolean {
  return rowOf(name).versions.some((marking) =>
    MARKINGS[marking].means.every((meaning) => meaning === 'statement' || meaning === 'unknown'),
  );
}

function shownOf(name: string, answer: Answer): string[] {
  const { versions } = answer.json as { readonly versions?: string[] };
  return versions?.map((version) => `${name}@${numberOf(name, version)}`) ?? namesOf(answer);
}

function rowOf(name: string): ObjectRow {
  return OBJECTS[name] as ObjectRow;
}
