import { parseInstant } from '../time.ts';
import { scheduleFault } from './cron.ts';
import { feedFaults } from './feed-rules.ts';
import { credentialEntries, credentialFaults, nameOfEntry } from './hub-credentials.ts';
import {
  type AgreementEntry,
  type CollectionEntry,
  type DocumentPath,
  formatPath,
  type HubDocument,
  type Problem,
} from './hub-document.ts';
import { identityFaults } from './identity.ts';
import { ANONYMOUS, CREDENTIAL_KINDS } from './model.ts';

/** What a collection and an API root have when the hub file says nothing; the schema says the same. */
export const DEFAULTS = {
  maxContentLength: 104_857_600,
  mediaTypes: ['application/stix+json;version=2.1'],
  defaultTlp: 'green',
  unknownMarking: 'red',
  pageDefault: 1000,
  pageMax: 10_000,
} as const;

/** Paths of the hub itself. */
const RESERVED_PATHS = new Set(['taxii2', 'console', 'healthz', 'readyz', 'metrics']);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface RuleFindings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What a hub file must hold to beyond its schema. */
export function checkRules(document: HubDocument): RuleFindings {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  checkRoots(document, problems);
  checkCollections(document, problems, warnings);
  checkOwners(document, problems);
  checkCredentials(document, problems, warnings);
  checkIdentities(document, problems);
  checkAgreements(document, problems);
  checkFeeds(document, problems);
  checkTrends(document, problems);
  return { problems, warnings };
}

function checkRoots(document: HubDocument, problems: Problem[]): void {
  const paths = new Uniqueness(problems);
  for (const [i, root] of document.api_roots.entries()) {
    const path = ['api_roots', i, 'path'];
    paths.see(root.path, path, (line) => `the path "${root.path}" is taken by ${line}`);
    if (RESERVED_PATHS.has(root.path))
      problems.push({ path, message: `the path "${root.path}" belongs to the hub itself; choose another` });
  }
  const start = document.hub.default_root;
  if (start !== undefined && !document.api_roots.some((root) => root.path === start))
    problems.push({ path: ['hub', 'default_root'], message: `there is no API root with the path "${start}"` });
}

function checkCollections(document: HubDocument, problems: Problem[], warnings: Problem[]): void {
  const ids = new Uniqueness(problems);
  const titles = new Uniqueness(problems);
  for (const [r, root] of document.api_roots.entries()) {
    const aliases = new Uniqueness(problems);
    for (const [c, collection] of (root.collections ?? []).entries()) {
      const path = ['api_roots', r, 'collections', c];
      const { id, alias, title } = collection;
      if (id !== undefined) ids.see(id, [...path, 'id'], (place) => `the id is taken by ${place}`);
      titles.see(titleKey(title), [...path, 'title'], (place) => `the title "${title}" is taken by ${place}`);
      if (title.includes('.'))
        warnings.push({ path: [...path, 'title'], message: 'clients that write ROOT.TITLE stumble over a dot in it' });
      if (alias !== undefined) {
        aliases.see(alias, [...path, 'alias'], (place) => `the alias "${alias}" is taken by ${place}`);
        if (UUID.test(alias)) problems.push({ path: [...path, 'alias'], message: 'an alias must not look like an id' });
      }
      checkPages(collection, path, problems);
    }
  }
}

/** Titles are unique in the hub because clients choose collections by title, some in any capitals. */
export function titleKey(title: string): string {
  return title.trim().toLowerCase();
}

function checkPages(collection: CollectionEntry, path: DocumentPath, problems: Problem[]): void {
  const { page_default, page_max = DEFAULTS.pageMax } = collection;
  if (page_default !== undefined && page_default > page_max)
    problems.push({ path, message: `page_default (${page_default}) is larger than page_max (${page_max})` });
}

function checkOwners(document: HubDocument, problems: Problem[]): void {
  for (const kind of ['operators', 'partners'] as const) {
    const names = new Uniqueness(problems);
    for (const [i, owner] of (document[kind] ?? []).entries()) {
      const path = [kind, i];
      names.see(owner.name, [...path, 'name'], (place) => `the name "${owner.name}" is taken by ${place}`);
      if (kind === 'partners' && owner.name === ANONYMOUS)
        problems.push({
          path: [...path, 'name'],
          message: `"${ANONYMOUS}" is the built-in partner of callers without credentials: name it in agreements only`,
        });
    }
  }
}

function checkCredentials(document: HubDocument, problems: Problem[], warnings: Problem[]): void {
  const names = new Uniqueness(problems);
  const taken = document.hub.sign_in ?? CREDENTIAL_KINDS;
  for (const owned of credentialEntries(document)) {
    const { key, name } = nameOfEntry(owned.entry, owned.owner);
    const hint = owned.entry.kind === 'token' && key === undefined ? '; give it a name of its own' : '';
    const path = key === undefined ? owned.path : [...owned.path, key];
    names.see(name, path, (place) => `the credential ${name} is taken by ${place}${hint}`);
    problems.push(...credentialFaults(owned));
    if (!taken.includes(owned.entry.kind))
      warnings.push({
        path: owned.path,
        message: `nobody signs in with ${name}: hub.sign_in takes ${taken.join(', ')} only`,
      });
  }
}

/** Whole identity objects follow the STIX standard, since the hub may publish them. */
function checkIdentities({ partners = [] }: HubDocument, problems: Problem[]): void {
  for (const [i, { identity }] of partners.entries()) {
    if (typeof identity !== 'object') continue;
    for (const message of identityFaults(identity)) problems.push({ path: ['partners', i, 'identity'], message });
  }
}

function checkAgreements(document: HubDocument, problems: Problem[]): void {
  const names = new Uniqueness(problems);
  const partners = new Set([ANONYMOUS, ...(document.partners ?? []).map((partner) => partner.name)]);
  for (const [i, agreement] of (document.agreements ?? []).entries()) {
    const path = ['agreements', i];
    names.see(agreement.name, [...path, 'name'], (place) => `the name "${agreement.name}" is taken by ${place}`);
    if (!partners.has(agreement.partner))
      problems.push({
        path: [...path, 'partner'],
        message: `there is no partner "${agreement.partner}"; known: ${[...partners].join(', ')}`,
      });
    checkTerm(agreement, path, problems);
    for (const [g, grant] of agreement.grants.entries()) {
      checkCollectionName(document, grant.collection, [...path, 'grants', g, 'collection'], problems);
    }
  }
}

function checkFeeds(document: HubDocument, problems: Problem[]): void {
  const names = new Uniqueness(problems);
  const partners = (document.partners ?? []).map((partner) => partner.name);
  for (const [i, feed] of (document.feeds ?? []).entries()) {
    const path = ['feeds', i];
    names.see(feed.name, [...path, 'name'], (place) => `the name "${feed.name}" is taken by ${place}`);
    if (!partners.includes(feed.partner))
      problems.push({
        path: [...path, 'partner'],
        message: `there is no partner "${feed.partner}"; known: ${partners.join(', ')}`,
      });
    if (collectionsNamed(document, feed.collection).length !== 1)
      problems.push({
        path: [...path, 'collection'],
        message: `"${feed.collection}" names no one collection; write its id or root/alias`,
      });
    problems.push(...feedFaults(feed).map((fault) => ({ ...fault, path: [...path, ...fault.path] })));
  }
}

function checkCollectionName(document: HubDocument, name: string, path: DocumentPath, problems: Problem[]): void {
  const found = collectionsNamed(document, name);
  if (found.length === 0) problems.push({ path, message: `there is no collection "${name}"` });
  if (found.length > 1)
    problems.push({
      path,
      message: `"${name}" is an alias in several API roots; write ${found.map((f) => `${f.root}/${f.entry.alias}`).join(' or ')}`,
    });
}

/** Reports need an author and a place. */
function checkTrends({ hub, trends, ...rest }: HubDocument, problems: Problem[]): void {
  if (trends === undefined) return;
  const { publish_to: target, schedule } = trends;
  if (target !== undefined) checkCollectionName({ hub, ...rest }, target, ['trends', 'publish_to'], problems);
  if (schedule === undefined) return;
  if (target === undefined)
    problems.push({
      path: ['trends', 'schedule'],
      message: 'a schedule needs "publish_to", the collection of the reports',
    });
  if (hub.identity === undefined)
    problems.push({
      path: ['trends', 'schedule'],
      message: 'reports are created by the identity of the hub: set "identity" of "hub"',
    });
  const fault = scheduleFault(schedule);
  if (fault !== undefined)
    problems.push({ path: ['trends', 'schedule'], message: `${JSON.stringify(schedule)} ${fault}` });
}

function checkTerm(agreement: AgreementEntry, path: DocumentPath, problems: Problem[]): void {
  for (const { key, message } of termFaults(agreement)) problems.push({ path: [...path, key], message });
}

/** What is wrong with the time from `from` to `until`. */
export function termFaults(term: {
  readonly from?: string;
  readonly until?: string;
}): { readonly key: 'from' | 'until'; readonly message: string }[] {
  const faults: { key: 'from' | 'until'; message: string }[] = [];
  const instants: number[] = [];
  for (const key of ['from', 'until'] as const) {
    const text = term[key];
    if (text === undefined) continue;
    const instant = parseInstant(text);
    if (instant === undefined)
      faults.push({
        key,
        message: `${JSON.stringify(text)} is no instant that exists; expected one such as 2026-01-31T00:00:00Z`,
      });
    else instants.push(instant);
  }
  const [from, until] = instants;
  if (from !== undefined && until !== undefined && from >= until)
    faults.push({ key: 'until', message: 'the agreement ends before it begins: expected "from" < "until"' });
  return faults;
}

export interface NamedCollection {
  readonly root: string;
  readonly entry: CollectionEntry;
}

/** The collections of the file that a grant's `alias`, `root/alias` or id may mean. */
export function collectionsNamed(document: HubDocument, name: string): NamedCollection[] {
  const found: NamedCollection[] = [];
  for (const { path: root, collections = [] } of document.api_roots)
    for (const entry of collections) {
      const names = entry.alias === undefined ? [] : [entry.alias, `${root}/${entry.alias}`];
      if (names.includes(name) || (entry.id !== undefined && entry.id === name.toLowerCase()))
        found.push({ root, entry });
    }
  return found;
}

/** Reports the second use of a value, naming the place of the first. */
class Uniqueness {
  readonly #problems: Problem[];
  readonly #seen = new Map<string, string>();

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  see(value: string, path: DocumentPath, message: (place: string) => string): void {
    const first = this.#seen.get(value);
    if (first !== undefined) this.#problems.push({ path, message: message(first) });
    else this.#seen.set(value, formatPath(path));
  }
}
