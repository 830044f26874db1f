import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../src/stix/json.ts';
import { type Level, validate } from '../src/stix/validate.ts';
import type { DataSet } from './data.ts';
import { median } from './load/measure.ts';
import { oasisChecks } from './oasis.ts';
import type { Row } from './table.ts';

const MAX_OBJECTS = 20_000;
const ROUNDS = 5;
const TARGET_PER_SECOND = 25_000;

/**
 * Objects fully checked in a second by one thread, from their text, beside JSON.parse and the plain OASIS schemas.
 * @param oasis directory of those; without it there is nothing beside
 */
export function validation(data: DataSet, objects: number, oasis: string | undefined): Row[] {
  const texts = Array.from({ length: Math.min(objects, MAX_OBJECTS) }, (_, i) => JSON.stringify(data.at(i)));
  const checks = oasis === undefined ? undefined : oasisChecks(oasis);
  const ours: Record<Level, number[]> = { standard: [], strict: [] };
  const plain: number[] = [];
  // The first round warms up; then both in turn, so that they meet the same conditions.
  for (let round = 0; round <= ROUNDS; round++) {
    const standard = rate(texts, (value) => validate(value).length === 0);
    const strict = rate(texts, (value) => validate(value, { level: 'strict' }).length === 0);
    const compared = checks === undefined ? undefined : rate(texts, (value) => fits(checks, value));
    if (round === 0) continue;
    ours.standard.push(standard);
    ours.strict.push(strict);
    if (compared !== undefined) plain.push(compared);
  }
  return (['standard', 'strict'] as const).map((level) => ({
    name: level === 'standard' ? 'validate' : 'validate-strict',
    what: `validation at level ${level}, one thread (ceiling: JSON.parse + ajv with OASIS schemas)`,
    measured: median(ours[level]),
    unit: 'objects/s',
    ...(plain.length === 0 ? {} : { ceiling: median(plain) }),
    target: { of: 'measured', at: 'least', value: TARGET_PER_SECOND },
  }));
}

function rate(texts: readonly string[], check: (value: Json) => boolean): number {
  const began = performance.now();
  for (const text of texts)
    if (!check(JSON.parse(text) as Json)) throw new Error(`A valid object was refused: ${text}`);
  return (texts.length / (performance.now() - began)) * 1000;
}

function fits(checks: ReadonlyMap<string, ValidateFunction>, value: Json): boolean {
  const check = checks.get((value as { type: string }).type);
  return check?.(value) === true;
}
