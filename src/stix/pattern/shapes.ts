/** What stands at a place of an observable: enough to tell whether a path leads somewhere and to what kind of value. */
export type Shape =
  | { readonly kind: 'value'; readonly value: ValueKind }
  | { readonly kind: 'list'; readonly items: Shape }
  /** The identifier of an object of one of these types; no types: of any observable. */
  | { readonly kind: 'ref'; readonly types: readonly string[] }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, Shape> }
  /** Any key leads to `items`, except those in `known`. */
  | { readonly kind: 'dictionary'; readonly items: Shape; readonly known: ReadonlyMap<string, Shape> }
  /** Custom content: nothing is known below. */
  | { readonly kind: 'anything' };

export type ValueKind = 'string' | 'integer' | 'float' | 'boolean' | 'timestamp' | 'hex' | 'binary' | 'hash';

export const ANYTHING: Shape = { kind: 'anything' };

const SCALARS: Readonly<Record<string, Shape>> = Object.fromEntries(
  (['string', 'integer', 'float', 'boolean', 'timestamp', 'hex', 'binary', 'hash'] as const).map((value) => [
    value,
    { kind: 'value', value } satisfies Shape,
  ]),
);

/** Lists, dictionaries and nested objects that a line of a description may name. */
export type Named = Readonly<Record<string, Shape>>;

/**
 * An object from a description such as `name:string size:integer parent_ref:>process child_refs:>process[]`: a kind of
 * value, `>types` for references (`>` alone: any observable), or a name of `named`; `[]` makes a list.
 */
export function object(description: string, named: Named = {}): Shape {
  const properties = new Map<string, Shape>();
  for (const part of description.trim().split(/\s+/)) {
    const [name = '', kind = ''] = part.split(':');
    properties.set(name, shapeOf(kind, named));
  }
  return { kind: 'object', properties };
}

export function dictionary(items: Shape, known: Named = {}): Shape {
  return { kind: 'dictionary', items, known: new Map(Object.entries(known)) };
}

export function list(items: Shape): Shape {
  return { kind: 'list', items };
}

export function value(kind: ValueKind): Shape {
  return { kind: 'value', value: kind };
}

function shapeOf(kind: string, named: Named): Shape {
  if (kind.endsWith('[]')) return list(shapeOf(kind.slice(0, -2), named));
  if (kind.startsWith('>')) return { kind: 'ref', types: kind.slice(1).split('|').filter(Boolean) };
  return named[kind] ?? SCALARS[kind] ?? ANYTHING;
}
