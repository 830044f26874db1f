import rows from './requirements.json' with { type: 'json' };

interface Row {
  readonly id: string;
  /** A keyword of the standard or of ours (DEF, CLIENT, INFO, DERIVED), or several. */
  readonly level: string;
}

/** Every row of the requirement list with its level. */
export const LEVELS: ReadonlyMap<string, string> = new Map(
  (rows as readonly Row[]).map(({ id, level }) => [id, level]),
);

const BINDING = new Set(['MUST', 'MUST NOT', 'DEF']);

/** Whether a server that breaks the row does not conform: a MUST, or a definition that binds without a keyword. */
export function binds(id: string): boolean {
  return (LEVELS.get(id) ?? '').split(', ').some((level) => BINDING.has(level));
}

/** `3.4.1` of `T21-3.4.1-09`. */
function sectionOf(id: string): string {
  return id.slice(4, id.lastIndexOf('-'));
}

/** Parts of the standard under which results are summed up, in order. */
const PARTS: readonly (readonly [prefix: string, title: string])[] = [
  ['0', '0 Where documents mislead'],
  ['1', '1 JSON and media types'],
  ['2', '2 Data types'],
  ['3.1', '3.1 Endpoints and media types'],
  ['3.2', '3.2 Headers'],
  ['3.3', '3.3 Sorting'],
  ['3.4.1', '3.4.1 Match fields'],
  ['3.4', '3.4 Filtering'],
  ['3.5', '3.5 Pagination'],
  ['3.6', '3.6 Errors'],
  ['3.7', '3.7 Envelope'],
  ['3.8', '3.8 Property names'],
  ['3.9', '3.9 DNS'],
  ['4.1', '4.1 Discovery'],
  ['4.2', '4.2 API root'],
  ['4.3', '4.3 Status'],
  ['5.1', '5.1 Collections'],
  ['5.2', '5.2 Collection'],
  ['5.3', '5.3 Manifest'],
  ['5.4', '5.4 Get objects'],
  ['5.5', '5.5 Add objects'],
  ['5.6', '5.6 Get an object'],
  ['5.7', '5.7 Delete an object'],
  ['5.8', '5.8 Versions'],
  ['5', '5 Permissions'],
  ['6', '6 Channels'],
  ['7', '7 Custom properties'],
  ['8', '8 Transport and sign-in'],
  ['B', 'B Security'],
  ['D', 'D Derived from HTTP and from clients'],
  ['S', 'S STIX facts'],
];

/** The part of the standard that a row belongs to. */
export function partOf(id: string): string {
  const section = sectionOf(id);
  const found = PARTS.find(([prefix]) => section === prefix || section.startsWith(`${prefix}.`));
  return found?.[1] ?? section;
}

/** The parts in the order of the standard. */
export const PART_TITLES: readonly string[] = PARTS.map(([, title]) => title);
