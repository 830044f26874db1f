import type { Mutant } from './mutant.ts';

const DECIDE = 'sharing/decide.ts';

export const markings: readonly Mutant[] = [
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
    weakness: 'a statement is no marking',
    file: 'stix/tlp.ts',
    text: "if (meaning === 'statement') statement = true;",
    becomes: "if (meaning === 'statement') statement = false;",
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
