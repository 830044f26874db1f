import type { Mutant } from './mutant.ts';

const FACETS = 'store/sqlite/facets.ts';
const PLAN = 'store/sqlite/plan.ts';
const ALL_CLASSES = "new Set(['unmarked', 'clear', 'green', 'amber', 'amber+strict', 'red', 'other', 'statement'])";

export const storage: readonly Mutant[] = [
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
