import { classesUpTo } from '../sharing/decide.ts';
import { type Collection, type MarkingClass, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { searchWords } from '../stix/words.ts';
import type { SearchQuery } from '../store/search.ts';
import { type Micros, parseInstant } from '../time.ts';
import { type Context, isOperator, type Readable } from './context.ts';

/** What the search form says, as far as it makes sense. */
export interface Search {
  readonly q: string;
  readonly where: SearchQuery['where'];
  readonly collection?: string;
  readonly type?: string;
  readonly tlp?: Tlp;
  /** Dates, both inclusive. */
  readonly from?: string;
  readonly until?: string;
  readonly source?: string;
  /** Position behind which the page begins. */
  readonly before?: number;
}

const MAX_TEXT = 500;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DAY: Micros = 86_400_000_000;

export function readSearch({ query, viewer }: Context): Search {
  const given = (name: string): string | undefined => {
    const value = query.get(name)?.trim().slice(0, MAX_TEXT);
    return value === '' ? undefined : value;
  };
  const date = (name: string): string | undefined => {
    const value = given(name);
    return value !== undefined && DATE.test(value) && parseInstant(`${value}T00:00:00Z`) !== undefined
      ? value
      : undefined;
  };
  const where = given('where');
  const level = given('tlp');
  const before = Number(given('before') ?? Number.NaN);
  const some = {
    collection: given('collection'),
    type: given('type'),
    tlp: TLP_LEVELS.find((one) => one === level),
    from: date('from'),
    until: date('until'),
    source: isOperator(viewer) ? given('source') : undefined,
    before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
  };
  return {
    q: given('q') ?? '',
    where: where === 'name' || where === 'value' ? where : 'anywhere',
    ...(Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Partial<Search>),
  };
}

export function toQuery(search: Search, scopes: readonly Readable[], limit: number): SearchQuery {
  const { collection, type, tlp, from, until, source, before } = search;
  const instant = (date: string): Micros => parseInstant(`${date}T00:00:00Z`) ?? 0;
  return {
    scopes: scopes
      .filter((scope) => collection === undefined || scope.collection === collection)
      .map((scope) => ({
        collection: scope.collection,
        verdict: scope.verdict,
        ...(tlp === undefined ? {} : { classes: classesAt(tlp, scope.of) }),
      })),
    words: searchWords(search.q),
    where: search.where,
    ...(type === undefined ? {} : { types: [type] }),
    ...(source === undefined ? {} : { source }),
    ...(from === undefined ? {} : { from: instant(from) }),
    ...(until === undefined ? {} : { until: instant(until) + DAY }),
    ...(before === undefined ? {} : { before }),
    limit,
  };
}

/** The classes that rank exactly at a level in a collection. */
function classesAt(level: Tlp, collection: Collection): ReadonlySet<MarkingClass> {
  const below = TLP_LEVELS[TLP_LEVELS.indexOf(level) - 1];
  const upTo = classesUpTo(level, collection);
  const lower = below === undefined ? new Set() : classesUpTo(below, collection);
  return new Set([...upTo].filter((name) => !lower.has(name)));
}

/** The same search as a query string, with changes. */
export function searchString(search: Search, changes: Partial<Search> = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...search, ...changes }))
    if (value !== undefined && value !== '' && !(key === 'where' && value === 'anywhere'))
      parameters.set(key, String(value));
  return parameters.toString();
}
