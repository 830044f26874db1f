import { admits } from '../sharing/decide.ts';
import type { Allowed, Collection, SpecVersion } from '../sharing/model.ts';
import type { Finding } from '../stix/finding.ts';
import { isObject, type Json, type JsonObject } from '../stix/json.ts';
import { objectKey } from '../stix/object-key.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import { markingClass } from '../stix/tlp.ts';
import { refuses, validate } from '../stix/validate.ts';
import type { NewObject, StatusLine } from '../store/store.ts';
import type { ResolveMarking } from './markings.ts';

export interface JudgeContext {
  readonly collection: Collection;
  /** What the caller may write. */
  readonly verdict: Allowed;
  readonly resolve: ResolveMarking;
  /** Schemas of extensions that the operator knows. */
  readonly extensionSchemas: ExtensionSchemas;
  /** Stands for the version of an object that has none, in the line of its refusal. */
  readonly requested: string;
}

/** An object that may be stored, or the status line that says why not. */
export type Judgement = { readonly object: NewObject; readonly message?: string } | { readonly refused: StatusLine };

/** Findings that one status line names; the rest is counted. */
const MAX_FINDINGS = 10;
const MAX_OBJECT_CHARACTERS = 16 << 20;
/** Counted by commas, those inside of texts as well. */
const MAX_OBJECT_VALUES = 200_000;
/** Characters of one status line's message: statuses are sent whole. */
const MAX_MESSAGE = 1000;
/** The standard sets no limit to the digits of a second, but versions are listed by the thousand. */
const MAX_VERSION_CHARACTERS = 64;

/**
 * Judges one object of a push or an import by itself: STIX, then what the collection takes, then what the agreement lets
 * the caller write.
 * @param index position in the envelope, from 0; names an object that has no usable id
 */
export function judge(text: string, value: Json, index: number, context: JudgeContext): Judgement {
  const { collection, verdict, extensionSchemas } = context;
  const refuse = (reason: string): Judgement => ({ refused: refusal(value, index, context.requested, reason) });
  const misfit = tooLarge(text) ?? (isObject(value) ? unfit(value, collection) : undefined);
  if (misfit !== undefined) return refuse(misfit);
  const findings = validate(value, {
    versions: versionsOf(collection),
    level: collection.validation,
    extensionSchemas,
  });
  if (refuses(findings, collection.validation) || !isObject(value)) {
    const severe = collection.validation === 'strict' ? findings : findings.filter((f) => f.severity === 'error');
    return refuse(describe(severe));
  }
  const key = objectKey(value);
  if (key.version !== undefined && key.version.length > MAX_VERSION_CHARACTERS)
    return refuse(
      `Its version is written with more than ${MAX_VERSION_CHARACTERS} characters; cut the fraction of the second.`,
    );
  const marking = markingClass(value, context.resolve);
  if (!admits(verdict, key.type, marking)) return refuse(withheld(key.type, verdict));
  const object = { ...key, marking, json: text };
  return findings.length === 0 ? { object } : { object, message: describe(findings) };
}

/** The line of an object that cannot be stored, under its own id and version as far as it has them. */
export function refusal(value: Json, index: number, requested: string, message: string): StatusLine {
  return { ...lineOf(value, index, requested), message };
}

/** Id and version as a status names them. Source: TAXII 2.1 §4.3.1 */
export function lineOf(value: Json, index: number, requested: string): StatusLine {
  const object = isObject(value) ? value : {};
  const id = typeof object.id === 'string' ? object.id : `unknown--${index}`;
  const version = [object.modified, object.created].find((time) => typeof time === 'string') as string | undefined;
  return { id, version: version ?? requested };
}

/** One object is judged in one go, while polls wait: its length and the number of its values are bounded. */
function tooLarge(text: string): string | undefined {
  if (text.length > MAX_OBJECT_CHARACTERS)
    return `An object has at most ${MAX_OBJECT_CHARACTERS >> 20} Mi characters; keep large content elsewhere and refer to it by "url" and "hashes".`;
  if (text.length <= MAX_OBJECT_VALUES) return undefined;
  let values = 1;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) values += 1;
  return values > MAX_OBJECT_VALUES
    ? `An object has at most ${MAX_OBJECT_VALUES} values; publish several objects.`
    : undefined;
}

/** Why the collection does not take an object, whatever is in it. */
function unfit(value: JsonObject, collection: Collection): string | undefined {
  if (typeof value.type !== 'string' || typeof value.id !== 'string') return undefined;
  if (value.type === 'bundle')
    return 'A bundle is no STIX object. Put its objects themselves into "objects", beside the others.';
  const { specVersion } = objectKey(value);
  if (versionsOf(collection).includes(specVersion)) return undefined;
  const cause =
    specVersion === '2.0' ? ' (an object without "spec_version" that is no cyber observable is STIX 2.0)' : '';
  return `The collection does not take STIX ${specVersion}${cause}. It takes ${collection.mediaTypes.join(', ')}.`;
}

const ALL_VERSIONS: readonly SpecVersion[] = ['2.0', '2.1'];

/** Versions of STIX that a collection holds, by its media types; one without a version stands for all. */
function versionsOf({ mediaTypes }: Collection): readonly SpecVersion[] {
  if (mediaTypes.includes('application/stix+json')) return ALL_VERSIONS;
  return ALL_VERSIONS.filter((version) => mediaTypes.includes(`application/stix+json;version=${version}`));
}

function withheld(type: string, { entries }: Allowed): string {
  const ofType = entries.filter((entry) => entry.types === 'all' || entry.types.has(type));
  if (ofType.length === 0) return `The agreement does not let you write objects of type "${type}" here.`;
  const ceilings = ofType.map((entry) => `TLP:${entry.maxTlp.toUpperCase()}`).join(', ');
  return `The markings of this object are above what the agreement lets you write here (${ceilings}).`;
}

function describe(findings: readonly Finding[]): string {
  const named = findings.slice(0, MAX_FINDINGS).map(({ path, rule, severity, message, section }) => {
    const place = path === '' ? '' : `${path}: `;
    return `${severity === 'warning' ? 'warning: ' : ''}${place}${message} [${rule}, ${section}]`;
  });
  const rest = findings.length - named.length;
  const all = rest > 0 ? `${named.join('; ')}; and ${rest} more` : named.join('; ');
  return all.length > MAX_MESSAGE ? `${all.slice(0, MAX_MESSAGE)}…` : all;
}
