/** The one media type of this version; exactly so, to the byte, in every response. Source: TAXII 2.1 §1.6.8, §3.1 */
export const TAXII_MEDIA_TYPE = 'application/taxii+json;version=2.1';

/**
 * What a header asks for or names: our media type, something near it that is served unless the API root is strict, or
 * nothing that is known here.
 */
export type MediaMatch = 'taxii' | 'tolerated' | 'unsupported';

interface MediaRange {
  /** `type/subtype`, lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Larger headers hold nothing that a client could mean. */
const MAX_RANGES = 64;

const QUALITY = /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/;

/**
 * What a STIX media range in Accept means on an endpoint: nothing, something near ours, or a type that the standard
 * prints for the endpoint (§5.3 does so for the manifest).
 */
export type StixRange = 'unsupported' | 'tolerated' | 'defined';

/**
 * How well a response in our media type suits an Accept header. The most specific range that covers it decides, and
 * `q=0` excludes.
 * Source: TAXII 2.1 §3.1; RFC 9110 §12.5.1
 */
export function matchAccept(header: string | undefined, stix: StixRange): MediaMatch {
  if (header === TAXII_MEDIA_TYPE) return 'taxii';
  if (header === undefined || header.trim() === '') return 'tolerated';
  let ours = { rank: 0, accepted: false };
  let other: MediaMatch = 'unsupported';
  for (const text of splitOutsideQuotes(header, ',').slice(0, MAX_RANGES)) {
    const range = parseMediaType(text);
    if (range === undefined) continue;
    const accepted = isWanted(range);
    const rank = rankFor(range);
    if (rank === 0) {
      if (accepted) other = better(other, matchOther(range, stix));
    } else if (rank > ours.rank || (rank === ours.rank && accepted)) {
      // Of two equally specific ranges one that accepts wins: a client that lists us twice wants us.
      ours = { rank, accepted };
    }
  }
  if (ours.rank >= EXPLICIT) return ours.accepted ? 'taxii' : 'unsupported';
  return better(other, ours.accepted ? 'tolerated' : 'unsupported');
}

function better(a: MediaMatch, b: MediaMatch): MediaMatch {
  if (a === 'taxii' || b === 'taxii') return 'taxii';
  return a === 'tolerated' || b === 'tolerated' ? 'tolerated' : 'unsupported';
}

/** From this rank on a range names our type itself. */
const EXPLICIT = 3;

/** How specifically a range covers our media type; 0: not at all. */
function rankFor(range: MediaRange): number {
  if (range.type === '*/*') return 1;
  if (range.type === 'application/*') return 2;
  if (range.type !== 'application/taxii+json') return 0;
  const version = range.parameters.get('version');
  if (version === undefined) return EXPLICIT;
  return version === '2.1' ? EXPLICIT + 1 : 0;
}

/** A range that does not cover our media type and may stand for it all the same. */
function matchOther({ type, parameters }: MediaRange, stix: StixRange): MediaMatch {
  if (type === 'application/json') return 'tolerated';
  if (stix === 'unsupported') return 'unsupported';
  const version = parameters.get('version');
  if (type === 'application/stix+json' && (version === undefined || version === '2.1'))
    return stix === 'defined' ? 'taxii' : 'tolerated';
  return type === STIX_20_FEED && version === '2.0' ? 'tolerated' : 'unsupported';
}

/** What FortiGate's external feed asks for, on TAXII 2.1 as well. */
const STIX_20_FEED = 'application/vnd.oasis.stix+json';

/** Whether a client asks only so: it reads the first page and no other. */
export function readsOnePage(header: string | undefined): boolean {
  return header?.split(',').every((range) => parseMediaType(range)?.type === STIX_20_FEED) ?? false;
}

/** A quality that cannot be read counts as none given. */
function isWanted(range: MediaRange): boolean {
  const quality = range.parameters.get('q');
  return quality === undefined || !QUALITY.test(quality) || Number(quality) > 0;
}

/**
 * What the Content-Type of a posted envelope is.
 * Source: TAXII 2.1 §3.1, §5.5
 */
export function matchContentType(header: string | undefined): MediaMatch {
  if (header === TAXII_MEDIA_TYPE) return 'taxii';
  const type = header === undefined ? undefined : parseMediaType(header);
  if (type === undefined) return 'unsupported';
  const charset = type.parameters.get('charset')?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') return 'unsupported';
  const version = type.parameters.get('version');
  if (version !== undefined && version !== '2.1') return 'unsupported';
  if (type.type === 'application/taxii+json') return 'taxii';
  return type.type === 'application/json' || type.type === 'application/stix+json' ? 'tolerated' : 'unsupported';
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/**
 * A media type or range with its parameters; names in lower case, values unquoted, the first of several of one name.
 * @returns undefined when it is not one
 * Source: RFC 9110 §8.3.1
 */
function parseMediaType(text: string): MediaRange | undefined {
  const [essence = '', ...rest] = splitOutsideQuotes(text, ';');
  const type = essence.trim().toLowerCase();
  if (!TYPE.test(type)) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const value = unquote(part.slice(equals + 1).trim());
    if (!TOKEN.test(name) || value === undefined) return undefined;
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return { type, parameters };
}

function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return TOKEN.test(value) ? value : undefined;
  if (value.length < 2 || !value.endsWith('"')) return undefined;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
