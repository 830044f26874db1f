import { ABSENT_TYPE } from '../data.ts';
import type { Target as Bound, Row } from '../table.ts';
import type { Client } from './client.ts';
import { medianTimes } from './measure.ts';
import { objectsPath, type Target } from './target.ts';

const ROUNDS = 40;
const LIMIT = 100;
const BOUND: Bound = { of: 'ratio', at: 'most', value: 5 };

/** A way to see few objects among many. */
export interface AdverseCase {
  readonly name: string;
  readonly what: string;
  readonly client: Client;
  readonly target: Target;
  readonly query?: Readonly<Record<string, string>>;
}

export function absentType(client: Client, target: Target): AdverseCase {
  const query = { 'match[type]': ABSENT_TYPE };
  return { name: 'adverse-absent', what: 'adverse page: a type that is absent', client, target, query };
}

/** Each adverse page beside the first page of the plain collection. */
export async function adversePages(plain: Client, target: Target, cases: readonly AdverseCase[]): Promise<Row[]> {
  const [plainMs] = await medianTimes(plain, [objectsPath(target, { limit: LIMIT })], ROUNDS);
  const rows: Row[] = [];
  for (const { name, what, client, target: at, query } of cases) {
    const [ms] = await medianTimes(client, [objectsPath(at, { limit: LIMIT, ...query })], ROUNDS);
    rows.push({
      name,
      what: `${what} (base: plain page)`,
      measured: ms as number,
      unit: 'ms',
      ceiling: plainMs as number,
      target: BOUND,
    });
  }
  return rows;
}
