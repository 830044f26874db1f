import fc from 'fast-check';
import type {
  BooleanOperator,
  ComparisonOperator,
  LiteralKind,
  ObservationOperator,
} from '../../../src/stix/pattern/ast.ts';

/** A tree without positions: what is generated, printed, parsed again and compared. */
export interface LiteralModel {
  readonly kind: LiteralKind;
  readonly value: string | number | boolean;
  /** How it is written. */
  readonly text: string;
}

export type StepModel = { readonly name: string } | { readonly index: number | '*' };

export interface ComparisonModel {
  readonly kind: 'comparison';
  readonly type: string;
  readonly steps: readonly StepModel[];
  readonly negated: boolean;
  readonly operator: ComparisonOperator;
  readonly operands: readonly LiteralModel[];
}

export type InnerModel =
  | ComparisonModel
  | { readonly kind: 'joined'; readonly operator: BooleanOperator; readonly operands: readonly InnerModel[] }
  | { readonly kind: 'group'; readonly inner: InnerModel };

export type QualifierModel =
  | { readonly kind: 'WITHIN' | 'REPEATS'; readonly number: LiteralModel }
  | { readonly kind: 'START'; readonly from: LiteralModel; readonly until: LiteralModel };

export type PatternModel =
  | { readonly kind: 'observation'; readonly inner: InnerModel; readonly qualifiers: readonly QualifierModel[] }
  | { readonly kind: 'group'; readonly inner: PatternModel; readonly qualifiers: readonly QualifierModel[] }
  | { readonly kind: 'joined'; readonly operator: ObservationOperator; readonly operands: readonly PatternModel[] };

const EXPRESSIONS = ['^a+$', '.*\\.exe', '(?i)x{2,3}', '[]a-z]'];
const NETWORKS = ['198.51.100.0/24', '2001:db8::/32', '192.0.2.1'];

const name = fc.stringMatching(/^[a-z][a-z0-9_]{2,8}$/).filter((word) => word !== 'true' && word !== 'false');
const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });

export function escaped(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

const integer = fc.maxSafeInteger().map((value): LiteralModel => literal('integer', value, String(value)));
const float = fc
  .tuple(fc.constantFrom('', '-'), fc.nat({ max: 9999 }), fc.nat({ max: 9999 }))
  .map(([sign, whole, part]): LiteralModel => floating(`${sign}${whole}.${part}`));
const string = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((value): LiteralModel => literal('string', value, escaped(value)));
const boolean = fc.boolean().map((value): LiteralModel => literal('boolean', value, String(value)));
const octets = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes));
const hex = octets.map((bytes): LiteralModel => typed('hex', 'h', bytes.toString('hex')));
const binary = octets.map((bytes): LiteralModel => typed('binary', 'b', bytes.toString('base64')));
const date = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const timestamp = date.map((value): LiteralModel => typed('timestamp', 't', value.toISOString()));

const ordered = fc.oneof(integer, float, string, hex, binary, timestamp);
const set = fc.oneof(
  ...[integer, float, string, boolean, hex, binary, timestamp].map((one) =>
    fc.array(one, { minLength: 1, maxLength: 4 }),
  ),
);

function literal(kind: LiteralKind, value: string | number | boolean, text: string): LiteralModel {
  return { kind, value, text };
}

function floating(text: string): LiteralModel {
  return literal('float', Number(text), text);
}

function typed(kind: LiteralKind, prefix: string, value: string): LiteralModel {
  return literal(kind, value, `${prefix}'${value}'`);
}

const step: fc.Arbitrary<StepModel> = fc.oneof(
  name.map((value) => ({ name: value })),
  key.map((value) => ({ name: value })),
  fc.oneof(fc.nat({ max: 99 }), fc.constant('*' as const)).map((index) => ({ index })),
);
const steps = fc.tuple(name, fc.array(step, { maxLength: 3 })).map(([first, rest]) => [{ name: first }, ...rest]);

/** The operator with constants that the text allows after it. */
const test: fc.Arbitrary<Pick<ComparisonModel, 'operator' | 'operands'>> = fc.oneof(
  fc
    .tuple(fc.constantFrom('=', '!='), fc.oneof(ordered, boolean))
    .map(([operator, one]) => ({ operator, operands: [one] })),
  fc.tuple(fc.constantFrom('>', '<', '>=', '<='), ordered).map(([operator, one]) => ({ operator, operands: [one] })),
  set.map((operands) => ({ operator: 'IN' as const, operands })),
  string.map((one) => ({ operator: 'LIKE' as const, operands: [one] })),
  fc
    .constantFrom(...EXPRESSIONS)
    .map((text) => ({ operator: 'MATCHES' as const, operands: [literal('string', text, escaped(text))] })),
  fc
    .tuple(fc.constantFrom('ISSUBSET', 'ISSUPERSET'), fc.constantFrom(...NETWORKS))
    .map(([operator, text]) => ({ operator, operands: [literal('string', text, escaped(text))] })),
  fc.constant({ operator: 'EXISTS' as const, operands: [] }),
);

function comparison(type: string): fc.Arbitrary<ComparisonModel> {
  return fc
    .tuple(steps, fc.boolean(), test)
    .map(([path, negated, one]) => ({ kind: 'comparison', type, steps: path, negated, ...one }));
}

/** A comparison expression about one custom type, so that AND always finds a common one. */
function inner(type: string): fc.Arbitrary<InnerModel> {
  return fc.letrec<{ and: InnerModel; or: InnerModel; term: InnerModel }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: comparison(type) },
      { weight: 1, arbitrary: tie('or').map((one) => ({ kind: 'group' as const, inner: one })) },
    ),
    and: chain<InnerModel>('AND', tie('term')),
    or: chain<InnerModel>('OR', tie('and')),
  })).or;
}

const positive = fc.integer({ min: 1, max: 100_000 }).map((value) => literal('integer', value, String(value)));
const window = fc
  .tuple(date, fc.integer({ min: 1, max: 1e9 }))
  .filter(([from, length]) => from.getTime() + length < Date.parse('9999-12-31'))
  .map(([from, length]): QualifierModel => {
    const until = new Date(from.getTime() + length);
    return {
      kind: 'START',
      from: typed('timestamp', 't', from.toISOString()),
      until: typed('timestamp', 't', until.toISOString()),
    };
  });
const within = fc
  .oneof(positive, fc.constant(floating('0.5')))
  .map((number): QualifierModel => ({ kind: 'WITHIN', number }));
const repeats = positive.map((number): QualifierModel => ({ kind: 'REPEATS', number }));
const qualifiers = fc
  .tuple(fc.option(within), fc.option(repeats), fc.option(window))
  .chain((all) => fc.shuffledSubarray(all.filter((one) => one !== null)));

const observation: fc.Arbitrary<PatternModel> = fc
  .tuple(fc.oneof(inner('x-acme-a'), inner('x-acme-b')), qualifiers)
  .map(([one, all]) => ({ kind: 'observation', inner: one, qualifiers: all }));

/** Patterns about custom objects that no rule has anything to say about. */
export const soundPattern: fc.Arbitrary<PatternModel> = fc.letrec<Record<'term' | 'and' | 'or' | 'root', PatternModel>>(
  (tie) => ({
    term: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: observation },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('root'), qualifiers)
          .map(([one, all]) => ({ kind: 'group' as const, inner: one, qualifiers: all })),
      },
    ),
    and: chain<PatternModel>('AND', tie('term')),
    or: chain<PatternModel>('OR', tie('and')),
    root: chain<PatternModel>('FOLLOWEDBY', tie('or')),
  }),
).root;

/** One operand, or (less often, so that trees stay small) several joined by an operator. */
function chain<Model>(operator: ObservationOperator, operand: fc.Arbitrary<Model>): fc.Arbitrary<Model> {
  const several = fc
    .array(operand, { minLength: 2, maxLength: 3 })
    .map((operands) => ({ kind: 'joined', operator, operands }) as Model);
  return fc.oneof({ weight: 3, arbitrary: operand }, { weight: 1, arbitrary: several });
}
