import type { Collection, SpecVersion } from '../sharing/model.ts';
import type { Finding } from './finding.ts';
import { isObject, type JsonObject } from './json.ts';
import { objectKey } from './object-key.ts';
import { type ReportRule, runOldRules, runRules } from './rules/index.ts';
import { type Check, type Context, newContext, pointer, report } from './schema/context.ts';
import type { ExtensionSchemas } from './schemas.ts';
import { STIX_20, STIX_21, type Standard } from './standards.ts';

/** `standard` refuses what breaks a MUST of the standard, `strict` also what breaks a SHOULD. */
export type Level = Collection['validation'];

export interface ValidateOptions {
  /**
   * Versions of STIX that objects may be written in. Only with 2.0 among them is an object without `spec_version` taken
   * for one of STIX 2.0. Default: 2.1.
   */
  readonly versions?: readonly SpecVersion[];
  /** Schemas of extensions that the operator knows. */
  readonly extensionSchemas?: ExtensionSchemas;
  /** At `strict` also what is legal and odd is said. Default: `standard`. */
  readonly level?: Level;
}

/** Levels of nesting; deeper values are refused before anything walks into them. */
const MAX_DEPTH = 100;

/** Members of one object; more are refused, since each further look at them would cost time and memory again. */
const MAX_MEMBERS = 100_000;

/** Warnings that a bundle can have, and errors: further warnings are passed over, after further errors the check ends. */
const MAX_BUNDLE_FINDINGS = 1000;

/**
 * Checks a STIX object, or a bundle with all that is in it, against the standard: its shape, the schema of its type, then
 * the rules beyond the schema, patterns included. Never throws for bad data.
 */
export function validate(value: unknown, options: ValidateOptions = {}): Finding[] {
  if (!isObject(value)) return [fault('object-required', 'A STIX object is a JSON object with a type and an id.')];
  const excess = excessOf(value, MAX_DEPTH);
  if (excess) return [excess];
  return value.type === 'bundle' ? validateBundle(value, options) : validateObject(value, options);
}

/** Whether an object with these findings, made at a level, is refused at it. */
export function refuses(findings: readonly Finding[], level: Level): boolean {
  return level === 'strict' ? findings.length > 0 : findings.some((finding) => finding.severity === 'error');
}

/** A bundle that says it is of STIX 2.0 says so for what is in it. */
function validateBundle(bundle: JsonObject, options: ValidateOptions): Finding[] {
  const old = bundle.spec_version === '2.0';
  const findings = check(bundle, old ? STIX_20 : STIX_21, (old ? STIX_20 : STIX_21).bundle, options);
  const inside: ValidateOptions = old ? { ...options, versions: ['2.0', '2.1'] } : options;
  const objects = Array.isArray(bundle.objects) ? bundle.objects : [];
  const left = { error: MAX_BUNDLE_FINDINGS, warning: MAX_BUNDLE_FINDINGS };
  for (const [index, object] of objects.entries()) {
    if (left.error === 0) break;
    if (!isObject(object)) continue;
    const found = object.type === 'bundle' ? [NESTED_BUNDLE] : validateObject(object, inside);
    for (const finding of found) {
      if (left[finding.severity] === 0) continue;
      left[finding.severity] -= 1;
      findings.push({ ...finding, path: `/objects/${index}${finding.path}` });
    }
  }
  return findings;
}

function validateObject(object: JsonObject, options: ValidateOptions): Finding[] {
  const { type } = object;
  if (typeof type !== 'string') return [fault('required-property', 'The property "type" is missing or no text.')];
  const standard = standardOf(object, type, options.versions ?? ['2.1']);
  return check(object, standard, standard.objectSchema(type) ?? customSchema(object, standard), options);
}

/** A type that only STIX 2.1 defines is taken for one of STIX 2.1 that lacks its `spec_version`. */
function standardOf(object: JsonObject, type: string, versions: readonly SpecVersion[]): Standard {
  if (!versions.includes('2.0') || objectKey(object).specVersion === '2.1') return STIX_21;
  return STIX_20.objectSchema(type) || !STIX_21.objectSchema(type) ? STIX_20 : STIX_21;
}

/** An extension may say so; else an object of an unknown type that has no creation time can be nothing but an observable. */
function customSchema(object: JsonObject, standard: Standard): Check {
  const kinds = extensionsOf(object).map(([, { extension_type }]) => extension_type);
  const dated = object.created !== undefined || object.modified !== undefined;
  const versioned = dated || kinds.includes('new-sdo') || kinds.includes('new-sro');
  return kinds.includes('new-sco') || !versioned ? standard.customObservable : standard.customObject;
}

function check(object: JsonObject, standard: Standard, schema: Check, options: ValidateOptions): Finding[] {
  const context = newContext();
  schema(object, context);
  if (object.type === 'observed-data' && isObject(object.objects)) checkContained(object.objects, standard, context);
  if (options.extensionSchemas) checkExtensions(object, options.extensionSchemas, context);
  checkRules(object, standard, options.level ?? 'standard', context);
  return context.findings;
}

/** The observables in an observed-data object, which no schema picks by their type. */
function checkContained(objects: JsonObject, standard: Standard, context: Context): void {
  for (const [key, observable] of Object.entries(objects)) {
    if (!isObject(observable) || typeof observable.type !== 'string') continue;
    context.path.push('objects', key);
    standard.containedSchema(observable.type)(observable, context);
    context.path.length -= 2;
  }
}

/**
 * Extensions whose schema is known. The schema of a property extension describes what stands under its id; that of any
 * other kind the whole object, since its properties are on top.
 */
function checkExtensions(object: JsonObject, schemas: ExtensionSchemas, context: Context): void {
  for (const [id, extension] of extensionsOf(object)) {
    const nested = extension.extension_type === 'property-extension';
    const wrong = schemas.get(id)?.(nested ? extension : object);
    if (!wrong) continue;
    const path = `${nested ? pointer(['extensions', id]) : ''}${wrong.path}`;
    const message = `The schema of the extension ${id} says of this: ${wrong.message}.`;
    report(context, { rule: 'extension-schema', section: 'STIX 2.1 §7.3', severity: 'error', message }, path);
  }
}

function extensionsOf({ extensions }: JsonObject): [string, JsonObject][] {
  if (!isObject(extensions)) return [];
  return Object.entries(extensions).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

/** A place that the schema complained of already has one finding too many if a rule complains too. */
function checkRules(object: JsonObject, standard: Standard, level: Level, context: Context): void {
  const faulty = new Set(context.findings.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  faulty.delete('');
  const tell: ReportRule = (rule, path, message) => {
    if (faulty.has(path)) return;
    report(context, { rule: rule.id, section: rule.section, severity: rule.severity, message }, path);
  };
  if (standard === STIX_21) runRules(object, level, tell);
  else runOldRules(object, tell);
}

function fault(rule: string, message: string, section = 'STIX 2.1 §3.2'): Finding {
  return { path: '', rule, severity: 'error', message, section };
}

const NESTED_BUNDLE = fault(
  'bundle-in-bundle',
  'A bundle holds STIX objects only, and a bundle is none.',
  'STIX 2.1 §8',
);

const TOO_DEEP = fault('nesting-depth', `It is nested deeper than ${MAX_DEPTH} levels.`);
const TOO_WIDE = fault('member-count', `One of the objects in it has more than ${MAX_MEMBERS} members.`);

/** What is too much of a value to look at it any closer; levels are those that it may have yet. */
function excessOf(value: unknown, levels: number): Finding | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (const item of value) {
      const excess = excessOf(item, levels - 1);
      if (excess) return excess;
    }
    return undefined;
  }
  const object = value as JsonObject;
  let members = 0;
  for (const name in object) {
    if (++members > MAX_MEMBERS) return TOO_WIDE;
    const excess = excessOf(object[name], levels - 1);
    if (excess) return excess;
  }
  return undefined;
}
