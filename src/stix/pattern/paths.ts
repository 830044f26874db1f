import type { NameStep, ObjectPath, PathStep } from './ast.ts';
import { OBSERVABLE_TYPES, OTHER_TYPES } from './observable-types.ts';
import type { PatternRuleId } from './rules.ts';
import { ANYTHING, type Shape, type ValueKind } from './shapes.ts';
import { listed, quoted } from './syntax-error.ts';

/** Where a path leads, as far as the standard tells. */
export interface Destination {
  /** The kinds of value that may stand there; undefined: custom content, or the path has a problem. */
  readonly values: readonly ValueKind[] | undefined;
  /** The types of address whose `value` may stand there. */
  readonly addresses: readonly AddressType[];
  /** What a producer should look at; the pattern stays valid. */
  readonly problem: PathProblem | undefined;
}

export type AddressType = 'ipv4-addr' | 'ipv6-addr';

export interface PathProblem {
  readonly rule: PatternRuleId;
  readonly offset: number;
  readonly message: string;
}

/** A shape that a path has reached; `owner` is the observable type whose `value` property it is. */
interface Place {
  readonly shape: Shape;
  readonly owner?: string;
}

const TYPE_FORM = /^[a-z][a-z0-9-]{2,249}$/;
const PROPERTY_FORM = /^(?:[a-z][a-z0-9_]{2,249}|id)$/;
const NOWHERE: Pick<Destination, 'values' | 'addresses'> = { values: undefined, addresses: [] };
const CUSTOM: Destination = { ...NOWHERE, problem: undefined };

/** Follows a path through the observables of the standard. `exists`: nothing is compared at its end. */
export function follow(path: ObjectPath, exists: boolean): Destination {
  const root = OBSERVABLE_TYPES.get(path.type);
  if (root === undefined) return unknownType(path);
  let places: readonly Place[] = [{ shape: root, owner: path.type }];
  for (const step of path.steps) {
    const next = placesAfter(places, step);
    if ('problem' in next) return { ...NOWHERE, problem: next.problem };
    places = next;
  }
  return destination(places, path, exists);
}

function unknownType(path: ObjectPath): Destination {
  const { type, start, steps } = path;
  const problem = typeProblem(type, start) ?? propertyFormProblem(steps[0]);
  return problem === undefined ? CUSTOM : { ...NOWHERE, problem };
}

function typeProblem(type: string, offset: number): PathProblem | undefined {
  const name = quoted(type);
  if (OTHER_TYPES.has(type)) {
    return {
      rule: 'pattern-type-not-observable',
      offset,
      message: `${name} is no observable: expected the type of a cyber observable object such as file or domain-name`,
    };
  }
  if (!TYPE_FORM.test(type) || type.includes('--')) {
    return {
      rule: 'pattern-type-form',
      offset,
      message: `no object has the type ${name}: expected lower-case letters, digits and single hyphens, 3 to 250 characters`,
    };
  }
  if (type.startsWith('x-')) return undefined;
  return {
    rule: 'pattern-type-unknown',
    offset,
    message: `STIX 2.1 defines no observable type ${name}: check the spelling, or let a custom type begin with x-`,
  };
}

function propertyFormProblem(step: PathStep | undefined): PathProblem | undefined {
  if (step?.kind !== 'name' || PROPERTY_FORM.test(step.name)) return undefined;
  return {
    rule: 'pattern-property-form',
    offset: step.start,
    message: `no property has the name ${quoted(step.name)}: expected lower-case letters, digits and underscores, 3 to 250 characters`,
  };
}

function placesAfter(places: readonly Place[], step: PathStep): readonly Place[] | { problem: PathProblem } {
  const next: Place[] = [];
  let problem: PathProblem | undefined;
  for (const place of places) {
    const result = placeAfter(place.shape, step, place.owner);
    if ('rule' in result) problem ??= result;
    else next.push(...result);
  }
  return next.length === 0 && problem !== undefined ? { problem } : next;
}

function placeAfter(shape: Shape, step: PathStep, owner: string | undefined): readonly Place[] | PathProblem {
  if (shape.kind === 'anything') return [{ shape }];
  if (step.kind === 'index') {
    return shape.kind === 'list'
      ? [{ shape: shape.items }]
      : shapeProblem(step, `an index needs a list, ${here(shape)}`);
  }
  switch (shape.kind) {
    case 'object':
      return property(shape.properties, step, owner);
    case 'dictionary':
      return [{ shape: shape.known.get(step.name) ?? shape.items }];
    case 'ref':
      return referenced(shape.types, step);
    case 'list':
      return shapeProblem(step, `a list needs an index before ${quoted(step.name)}: [0], [1] or [*] for any item`);
    case 'value':
      return shapeProblem(step, `nothing lies below a single value, so ${quoted(step.name)} leads nowhere`);
  }
}

function property(
  properties: ReadonlyMap<string, Shape>,
  step: NameStep,
  owner: string | undefined,
): readonly Place[] | PathProblem {
  const { name, start } = step;
  const shape = properties.get(name);
  if (shape !== undefined) return [owner !== undefined && name === 'value' ? { shape, owner } : { shape }];
  const problem = propertyFormProblem(step);
  if (problem !== undefined) return problem;
  if (name.startsWith('x_')) return [{ shape: ANYTHING }];
  const where = owner === undefined ? 'this object' : owner;
  return {
    rule: 'pattern-property-unknown',
    offset: start,
    message: `STIX 2.1 defines no property ${quoted(name)} of ${where}; it has ${listed([...properties.keys()], 'and')}`,
  };
}

/** The property of whatever the reference may point at. */
function referenced(types: readonly string[], step: NameStep): readonly Place[] | PathProblem {
  if (types.length === 0) return [{ shape: ANYTHING }];
  const places: Place[] = types.map((type) => ({ shape: OBSERVABLE_TYPES.get(type) ?? ANYTHING, owner: type }));
  const found = placesAfter(places, step);
  return 'problem' in found ? found.problem : found;
}

function shapeProblem(step: PathStep, message: string): PathProblem {
  return { rule: 'pattern-path-shape', offset: step.start, message };
}

function here(shape: Shape): string {
  switch (shape.kind) {
    case 'dictionary':
      return 'here is a dictionary: a dot and a key follow';
    case 'ref':
      return 'here is a reference: a dot and a property of its target follow';
    case 'value':
      return 'here is a single value';
    default:
      return 'here is an object: a dot and a property follow';
  }
}

function destination(places: readonly Place[], path: ObjectPath, exists: boolean): Destination {
  const values: ValueKind[] = [];
  const addresses: AddressType[] = [];
  let custom = false;
  let compound: Shape | undefined;
  for (const { shape, owner } of places) {
    if (shape.kind === 'value') values.push(shape.value);
    else if (shape.kind === 'ref') values.push('string');
    else if (shape.kind === 'anything') custom = true;
    else compound ??= shape;
    if (owner === 'ipv4-addr' || owner === 'ipv6-addr') addresses.push(owner);
  }
  if (custom) return { ...CUSTOM, addresses };
  if (values.length > 0 || compound === undefined) return { values, addresses, problem: undefined };
  return exists ? CUSTOM : { ...NOWHERE, problem: compoundProblem(compound, path) };
}

function compoundProblem(shape: Shape, path: ObjectPath): PathProblem {
  const last = path.steps.at(-1);
  const what =
    shape.kind === 'list'
      ? 'a list: add [0], [1] or [*] for any item'
      : shape.kind === 'dictionary'
        ? 'a dictionary: add a dot and a key'
        : 'an object: add a dot and one of its properties';
  return { rule: 'pattern-path-shape', offset: last?.start ?? path.start, message: `the path ends at ${what}` };
}
