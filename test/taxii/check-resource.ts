import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const FOLDER = new URL('../../schemas/taxii-2.1/', import.meta.url);
const ANNOTATIONS = ['x-section'];

export type ResourceName =
  | 'api-root'
  | 'collection'
  | 'collections'
  | 'discovery'
  | 'envelope'
  | 'error'
  | 'manifest'
  | 'status'
  | 'versions';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const annotation of ANNOTATIONS) ajv.addKeyword(annotation);
for (const file of readdirSync(FOLDER)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

/** Asserts that a response body is the TAXII resource of that name, as schemas/taxii-2.1 describes it. */
export function assertResource(name: ResourceName, body: unknown): void {
  const problems = problemsOf(name, body);
  assert.deepEqual(
    problems,
    [],
    `not a TAXII ${name}: ${problems.join('; ')}\n${JSON.stringify(body)?.slice(0, 2000)}`,
  );
}

/** What keeps a body from being the resource: `/path words`. Sums of a status are compared too. */
export function problemsOf(name: ResourceName, body: unknown): string[] {
  const validate = ajv.getSchema(`https://entente.example/schemas/taxii-2.1/${name}.json`) as
    | ValidateFunction
    | undefined;
  assert.ok(validate, `there is no schema for ${name}`);
  if (!validate(body)) return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  return name === 'status'
    ? countProblems(body as Status)
    : name === 'discovery'
      ? defaultProblems(body as Discovery)
      : [];
}

interface Status {
  readonly status: 'complete' | 'pending';
  readonly total_count: number;
  readonly [name: string]: unknown;
}

/** Source: TAXII 2.1 §4.3.1 */
function countProblems(status: Status): string[] {
  const parts = [
    ['success_count', 'successes'],
    ['failure_count', 'failures'],
    ['pending_count', 'pendings'],
  ] as const;
  const problems = parts
    .filter(([count, list]) => Array.isArray(status[list]) && status[list].length !== status[count])
    .map(([count, list]) => `${list} has not ${count} entries`);
  const sum = parts.reduce((total, [count]) => total + Number(status[count]), 0);
  if (sum !== status.total_count) problems.push(`the counts sum to ${sum}, total_count is ${status.total_count}`);
  if ((status.status === 'complete') !== (status.pending_count === 0))
    problems.push('status does not fit pending_count');
  return problems;
}

interface Discovery {
  readonly default?: string;
  readonly api_roots?: readonly string[];
}

/** Source: TAXII 2.1 §4.1.1 */
function defaultProblems({ default: chosen, api_roots: roots = [] }: Discovery): string[] {
  return chosen === undefined || roots.includes(chosen) ? [] : ['default is not one of api_roots'];
}
