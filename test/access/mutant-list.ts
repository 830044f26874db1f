/**
 * Weakenings of the code that decides who sees and does what. Each is one change of text, and each must make a test of
 * this folder fail.
 */
export interface Mutant {
  readonly weakness: string;
  /** Under `src/`. */
  readonly file: string;
  /** Occurs once. */
  readonly text: string;
  readonly becomes: string;
  /** The test file that is most likely to find it, which is run first. */
  readonly found: 'reads' | 'writes' | 'deleted' | 'instants';
}

const DECIDE = 'sharing/decide.ts';
const ALL_CLASSES = "new Set(['unmarked', 'clear', 'green', 'amber', 'amber+strict', 'red', 'other'])";

const decisions: readonly Mutant[] = [
  {
    weakness: 'an agreement that has not begun counts',
    file: DECIDE,
    text: '(parseInstant(from) ?? Number.POSITIVE_INFINITY) <= now',
    becomes: 'true',
    found: 'reads',
  },
  {
    weakness: 'an agreement that has ended counts',
    file: DECIDE,
    text: 'now < (parseInstant(until) ?? Number.NEGATIVE_INFINITY)',
    becomes: 'true',
    found: 'reads',
  },
  {
    weakness: 'an agreement holds at the instant of its end',
    file: DECIDE,
    text: 'now < (parseInstant(until)',
    becomes: 'now <= (parseInstant(until)',
    found: 'instants',
  },
  {
    weakness: 'an agreement holds a microsecond before it begins',
    file: DECIDE,
    text: 'Number.POSITIVE_INFINITY) <= now',
    becomes: 'Number.POSITIVE_INFINITY) <= now + 1',
    found: 'instants',
  },
  {
    weakness: 'a suspended agreement counts',
    file: DECIDE,
    text: 'if (suspended !== undefined) return false;',
    becomes: '',
    found: 'reads',
  },
  {
    weakness: "everybody's agreements count",
    file: DECIDE,
    text: 'agreement.partner !== name || ',
    becomes: '',
    found: 'reads',
  },
  {
    weakness: "callers without credentials get everybody's grants",
    file: DECIDE,
    text: 'agreement.partner !== name ||',
    becomes: '(agreement.partner !== name && name !== ANONYMOUS) ||',
    found: 'reads',
  },
  {
    weakness: 'partners get what callers without credentials get',
    file: DECIDE,
    text: 'agreement.partner !== name ||',
    becomes: '(agreement.partner !== name && agreement.partner !== ANONYMOUS) ||',
    found: 'reads',
  },
  {
    weakness: 'grants count in every collection',
    file: DECIDE,
    text: 'if (grant.collection === collection) grants',
    becomes: 'grants',
    found: 'reads',
  },
  {
    weakness: 'one right stands for the other',
    file: DECIDE,
    text: 'grant[action]',
    becomes: 'grant.read || grant.write',
    found: 'reads',
  },
  {
    weakness: 'a grant that only lists lets in',
    file: DECIDE,
    text: '.filter((grant) => grant[action])',
    becomes: '',
    found: 'reads',
  },
  {
    weakness: 'a hidden collection is forbidden instead',
    file: DECIDE,
    text: "if (grants.length === 0) return { kind: 'hidden' };",
    becomes: "if (grants.length === 0) return { kind: 'forbidden' };",
    found: 'reads',
  },
  {
    weakness: 'a ceiling admits one level more',
    file: DECIDE,
    text: '<= ceiling)',
    becomes: '<= ceiling + 1)',
    found: 'reads',
  },
  {
    weakness: 'a ceiling admits everything',
    file: DECIDE,
    text: 'TLP_LEVELS.indexOf(level(marking)) <= ceiling',
    becomes: 'ceiling >= 0',
    found: 'reads',
  },
  {
    weakness: 'unmarked objects are clear, whatever the collection says',
    file: DECIDE,
    text: "marking === 'unmarked' ? collection.defaultTlp",
    becomes: "marking === 'unmarked' ? 'clear'",
    found: 'reads',
  },
  {
    weakness: 'unknown markings are clear, whatever the collection says',
    file: DECIDE,
    text: "marking === 'other' ? collection.unknownMarking",
    becomes: "marking === 'other' ? 'clear'",
    found: 'reads',
  },
  {
    weakness: 'lists of types are ignored',
    file: DECIDE,
    text: "grant.types === undefined ? 'all' : new Set(grant.types)",
    becomes: "'all'",
    found: 'deleted',
  },
  {
    weakness: "one's own stands for anybody's in deletion",
    file: DECIDE,
    text: 'delete: grant.delete })',
    becomes: "delete: 'any' as const })",
    found: 'writes',
  },
  {
    weakness: 'a grant that deletes nothing deletes',
    file: DECIDE,
    text: "grant.delete === 'none' ? {} : { delete: grant.delete }",
    becomes: "{ delete: grant.delete === 'none' ? ('own' as const) : grant.delete }",
    found: 'writes',
  },
  {
    weakness: 'deletion needs one right only',
    file: DECIDE,
    text: 'if (!read || !write) return',
    becomes: 'if (!read && !write) return',
    found: 'writes',
  },
  {
    weakness: 'grants that do not read delete',
    file: DECIDE,
    text: '    .filter((grant) => grant.read)\n',
    becomes: '',
    found: 'writes',
  },
];

const markings: readonly Mutant[] = [
  {
    weakness: 'markings of parts are ignored',
    file: 'stix/tlp.ts',
    text: 'else if (granular.marking_ref !== undefined) yield granular.marking_ref;',
    becomes: '',
    found: 'reads',
  },
  {
    weakness: 'the last marking decides instead of the most closed',
    file: 'stix/tlp.ts',
    text: 'Math.max(highest, TLP_LEVELS.indexOf(meaning))',
    becomes: 'TLP_LEVELS.indexOf(meaning)',
    found: 'reads',
  },
  {
    weakness: 'amber+strict is amber',
    file: 'stix/tlp.ts',
    text: "'amber+strict'],",
    becomes: "'amber'],",
    found: 'reads',
  },
  {
    weakness: 'the red of TLP 1 is unknown',
    file: 'stix/tlp.ts',
    text: "  ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'red'],\n",
    becomes: '',
    found: 'reads',
  },
  {
    weakness: 'unknown markings are none',
    file: 'stix/tlp.ts',
    text: "if (meaning === undefined || meaning === 'other') unknown = true;",
    becomes: "if (meaning === undefined || meaning === 'other') unknown = false;",
    found: 'reads',
  },
  {
    weakness: 'a push stores what the grant does not admit',
    file: 'collections/judge.ts',
    text: 'if (!admits(verdict, key.type, marking)) return',
    becomes: 'if (verdict.entries.length === 0) return',
    found: 'writes',
  },
  {
    weakness: 'a push stores markings above the ceiling',
    file: DECIDE,
    text: ' && entry.classes.has(marking)',
    becomes: '',
    found: 'writes',
  },
  {
    weakness: 'a push stores types that are not listed',
    file: DECIDE,
    text: "(entry.types === 'all' || entry.types.has(type)) && entry",
    becomes: 'entry',
    found: 'writes',
  },
];

const FACETS = 'store/sqlite/facets.ts';
const PLAN = 'store/sqlite/plan.ts';

const storage: readonly Mutant[] = [
  {
    weakness: "a version's own marking is ignored",
    file: FACETS,
    text: '(mask >> ownClass(marking)) & ',
    becomes: '',
    found: 'deleted',
  },
  {
    weakness: 'the newest version does not govern',
    file: FACETS,
    text: ' & (mask >> governingClass(marking))',
    becomes: '',
    found: 'deleted',
  },
  {
    weakness: 'ceilings of all entries hold for every type',
    file: FACETS,
    text: "entry.types === 'all' || entry.types.has(type) ? mask",
    becomes: "entry.types === 'all' || mask >= 0 ? mask",
    found: 'deleted',
  },
  {
    weakness: 'a page is planned without the verdict',
    file: PLAN,
    text: 'isWanted(facet.selectors) && isVisible(facet));\n  if',
    becomes: 'isWanted(facet.selectors));\n  if',
    found: 'deleted',
  },
  {
    weakness: "one partner gets another's plan",
    file: PLAN,
    text: "entries.map((entry) => [entry.types === 'all' ? null : [...entry.types], maskOf(entry.classes)])",
    becomes: 'entries.length > 0',
    found: 'reads',
  },
  {
    weakness: 'plans are told apart by types, not by ceilings',
    file: PLAN,
    text: ', maskOf(entry.classes)])',
    becomes: ', maskOf(new Set())])',
    found: 'reads',
  },
  {
    weakness: 'plans are told apart by ceilings, not by types',
    file: PLAN,
    text: "[entry.types === 'all' ? null : [...entry.types], maskOf",
    becomes: '[maskOf',
    found: 'reads',
  },
  {
    weakness: 'lanes are read that hold hidden types',
    file: PLAN,
    text: 'held.length === wanted.length ? ',
    becomes: 'held.length > 0 ? ',
    found: 'deleted',
  },
  {
    weakness: 'versions of a named object are selected without the verdict',
    file: PLAN,
    text: 'isWanted(facet.selectors) && isVisible(facet);',
    becomes: 'isWanted(facet.selectors);',
    found: 'deleted',
  },
  {
    weakness: 'versions named by value are selected without the verdict',
    file: PLAN,
    text: 'inSpec(facet.selectors) && isVisible(facet) && ',
    becomes: 'inSpec(facet.selectors) && ',
    found: 'deleted',
  },
  {
    weakness: 'a dense page shows all facets',
    file: 'store/sqlite/page-queries.ts',
    text: 'o.facet IN (SELECT value FROM json_each(?))',
    becomes: '? IS NOT NULL',
    found: 'deleted',
  },
  {
    weakness: 'manifests are read without the verdict',
    file: 'store/sqlite/objects.ts',
    text: "page('record', query)",
    becomes: `page('record', { ...query, verdict: { kind: 'allowed', entries: [{ types: 'all', maxTlp: 'red', classes: ${ALL_CLASSES} }] } })`,
    found: 'deleted',
  },
  {
    weakness: 'a new version does not begin to govern',
    file: 'store/sqlite/place.ts',
    text: ' && own === governing',
    becomes: '',
    found: 'deleted',
  },
  {
    weakness: 'the oldest version governs',
    file: 'store/sqlite/selectors.ts',
    text: 'const governing = ownClass((rows[last]',
    becomes: 'const governing = ownClass((rows[order[0] as number]',
    found: 'deleted',
  },
  {
    weakness: "anybody's versions go as one's own",
    file: 'store/sqlite/remove.ts',
    text: '(own ? owners : anybodys)',
    becomes: '(own || facet !== undefined ? owners : anybodys)',
    found: 'writes',
  },
  {
    weakness: 'what is hidden goes as well',
    file: 'store/sqlite/remove.ts',
    text: 'facet !== undefined && (own ? owners : anybodys)(facet)',
    becomes: 'facet !== undefined && (own || anybodys !== owners)',
    found: 'writes',
  },
  {
    weakness: 'removed versions stay',
    file: 'store/sqlite/remove.ts',
    text: '    collection.delete(version);\n',
    becomes: '',
    found: 'writes',
  },
];

const ACCESS = 'http/access.ts';

const requests: readonly Mutant[] = [
  {
    weakness: 'a wrong password will do',
    file: 'auth/authenticate.ts',
    text: 'if (!(await matches(digest, password, passwordHash))) throw wrong();',
    becomes: 'await matches(digest, password, passwordHash);',
    found: 'reads',
  },
  {
    weakness: 'a status is for anybody',
    file: 'http/routes/status.ts',
    text: ' && mayRead(principal, push.owner)',
    becomes: '',
    found: 'writes',
  },
  {
    weakness: 'a status is for every partner',
    file: 'http/routes/status.ts',
    text: ' && reader.partner === owner.partner',
    becomes: '',
    found: 'writes',
  },
  {
    weakness: 'a status is in every root',
    file: 'http/routes/status.ts',
    text: 'push?.root === rootAccess(request).root.path && mayRead',
    becomes: 'push !== undefined && mayRead',
    found: 'writes',
  },
  {
    weakness: 'somebody who signs in is told that there is something',
    file: ACCESS,
    text: "if (verdict.kind === 'hidden') throw nothingHere();",
    becomes: "if (verdict.kind === 'hidden') throw new AppError('permission.denied');",
    found: 'reads',
  },
  {
    weakness: 'somebody without credentials is told that there is nothing',
    file: ACCESS,
    text: "(error.code === 'not-found' || error.code === 'permission.denied')",
    becomes: "error.code === 'permission.denied'",
    found: 'reads',
  },
  {
    weakness: 'Accept is judged before the collection is known to be seen',
    file: ACCESS,
    text: "if (!anonymous && match === 'unsupported')",
    becomes: "if (match === 'unsupported')",
    found: 'reads',
  },
  {
    weakness: 'an API root is seen in which nothing is',
    file: ACCESS,
    text: "if ('operator' in principal) return true;",
    becomes: 'if (principal !== undefined) return true;',
    found: 'reads',
  },
  {
    weakness: 'hidden collections are listed',
    file: 'http/routes/collections.ts',
    text: 'return rights.visible ? {',
    becomes: 'return rights !== undefined ? {',
    found: 'reads',
  },
  {
    weakness: 'HEAD is let in unasked',
    file: 'http/resource.ts',
    text: '          admit(request);\n',
    becomes: "          if (request.method !== 'HEAD') admit(request);\n",
    found: 'reads',
  },
  {
    weakness: 'objects are read by whoever may write',
    file: 'http/routes/objects.ts',
    text: "GET: { admit: admitTo('read'), answer: page },\n    POST",
    becomes: "GET: { admit: admitTo('write'), answer: page },\n    POST",
    found: 'reads',
  },
  {
    weakness: 'one object is read by whoever may write',
    file: 'http/routes/objects.ts',
    text: "GET: { admit: admitTo('read'), answer: page },\n    DELETE",
    becomes: "GET: { admit: admitTo('write'), answer: page },\n    DELETE",
    found: 'reads',
  },
  {
    weakness: 'objects are added by whoever may read',
    file: 'http/routes/objects.ts',
    text: "admitTo('write')",
    becomes: "admitTo('read')",
    found: 'writes',
  },
  {
    weakness: 'objects are deleted by whoever may write',
    file: 'http/routes/objects.ts',
    text: "admitTo('delete')",
    becomes: "admitTo('write')",
    found: 'writes',
  },
  {
    weakness: 'manifests are read by whoever may write',
    file: 'http/routes/manifest.ts',
    text: "admitTo('read', 'defined')",
    becomes: "admitTo('write', 'defined')",
    found: 'reads',
  },
  {
    weakness: 'versions are read by whoever may write',
    file: 'http/routes/versions.ts',
    text: "admitTo('read')",
    becomes: "admitTo('write')",
    found: 'reads',
  },
  {
    weakness: 'a hidden object is an empty page',
    file: 'collections/read.ts',
    text: 'if (page.rows.length > 0) return;',
    becomes: 'if (page.rows.length >= 0) return;',
    found: 'reads',
  },
  {
    weakness: 'a collection is found in every root',
    file: 'sharing/catalogue.ts',
    text: 'return found?.root === root ? found : undefined;',
    becomes: 'return found;',
    found: 'reads',
  },
];

export const MUTANTS: readonly Mutant[] = [...decisions, ...markings, ...storage, ...requests];
