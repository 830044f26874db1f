import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validate } from '../../src/stix/validate.ts';

// Each hostile text is parsed and judged in a process of its own. Its heap is highest just before a collection of garbage, of
// which the engine tells, or at the end.

const MIB = 1 << 20;
const SIZE = 32 * MIB;
const MOST = 3;
const BEGIN = 'validation begins';
/** `Mark-Compact 171.2 (200.1) -> 140.0 (180.3) MB`: what was used before. */
const COLLECTION = /(?:Scavenge|Mark-Compact)[^\n]*? ([\d.]+) \([\d.]+\) -> /g;
const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const TIME = '2024-03-01T09:00:00.000Z';

const head = (type: string, id = UUID): string =>
  `"type":"${type}","spec_version":"2.1","id":"${type}--${id}","created":"${TIME}","modified":"${TIME}"`;
const malware = (members: string): string => `{${head('malware')},"is_family":false,${members}}`;
const repeated = (unit: string): string => unit.repeat(SIZE / unit.length);

function numbered(unit: (index: number) => string): string {
  const parts: string[] = [];
  for (let index = 0, length = 0; length < SIZE; index++) {
    const part = unit(index);
    parts.push(part);
    length += part.length + 1;
  }
  return parts.join();
}

const observed = `"first_observed":"${TIME}","last_observed":"${TIME}","number_observed":1`;
const bundle = (objects: string): string => `{"type":"bundle","id":"bundle--${UUID}","objects":[${objects}]}`;

const INPUTS: Readonly<Record<string, () => string>> = {
  'a list of numbers': () => malware(`"labels":[${repeated('1,')}1]`),
  'a list of texts': () => malware(`"labels":[${repeated('"a",')}"b"]`),
  'a list of references': () =>
    `{${head('report')},"name":"n","published":"${TIME}","object_refs":[${repeated(`"bundle--${UUID}",`)}"x"]}`,
  'a list of selectors': () =>
    malware(
      `"granular_markings":[{"marking_ref":"marking-definition--${UUID}","selectors":[${repeated('"a.[7]",')}"x"]}]`,
    ),
  'ten thousand levels': () => malware(`"x_acme":${'['.repeat(10_000)}"${repeated('a')}"${']'.repeat(10_000)}`),
  'many properties': () => malware(numbered((i) => `"Key${i}":1`)),
  'many keys below __proto__': () => malware(`"__proto__":{${numbered((i) => `"k${i}":{"constructor":null}`)}}`),
  'many extensions': () => `{${head('file')},"name":"a","extensions":{${numbered((i) => `"x${i}":{"toString":[]}`)}}}`,
  'a long text': () => malware(`"description":"${repeated('a')}"`),
  'a long pattern': () =>
    `{${head('indicator')},"pattern_type":"stix","valid_from":"${TIME}","pattern":"${repeated('[file:size=1]OR')}[a]"}`,
  'a bundle of what is no object': () => bundle(`${repeated('{"type":"malware"},')}{}`),
  'a bundle of one object over and over': () => bundle(numbered((i) => `{${head('identity')},"name":"n${i}"}`)),
  'a bundle of many objects': () =>
    bundle(
      numbered((i) => `{${head('identity', `8e2e2d2b-17d4-4cbf-938f-${String(i).padStart(12, '0')}`)},"name":"n"}`),
    ),
  'a bundle of tiny objects': () => bundle(numbered((i) => `{"id":"${i}"}`)),
  'a bundle of small objects': () =>
    bundle(numbered((i) => `{"type":"url","id":"url--8e2e2d2b-17d4-5cbf-938f-${String(i).padStart(12, '0')}"}`)),
  'many observables in observed data': () =>
    `{${head('observed-data')},${observed},"objects":{${numbered((i) => `"${i}":{"type":"file","name":"n"}`)}}}`,
};

const [, , chosen] = process.argv;
const input = chosen === undefined ? undefined : INPUTS[chosen];
if (input) {
  const text = input();
  const value: unknown = JSON.parse(text);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  console.log(BEGIN);
  const findings = validate(value, { level: 'strict' }).length;
  const after = process.memoryUsage().heapUsed;
  console.log(JSON.stringify({ findings, before, after, size: text.length }));
} else {
  for (const name of Object.keys(INPUTS)) {
    test(`validation takes at most ${MOST} times the size of ${name}`, (context) => {
      const flags = ['--expose-gc', '--max-semi-space-size=4', '--trace-gc'];
      const output = execFileSync(process.execPath, [...flags, fileURLToPath(import.meta.url), name], {
        encoding: 'utf8',
      });
      const during = output.slice(output.indexOf(BEGIN));
      const result = during.split('\n').find((line) => line.startsWith('{')) ?? '';
      const { findings, before, after, size } = JSON.parse(result) as Record<string, number>;
      const highest = Math.max(Number(after), ...[...during.matchAll(COLLECTION)].map(([, mib]) => Number(mib) * MIB));
      const ratio = (highest - Number(before)) / Number(size);
      context.diagnostic(`${findings} findings, ${ratio.toFixed(2)} times its size`);
      assert.ok(ratio <= MOST, `${ratio} times`);
      assert.ok(Number(findings) <= 2200);
    });
  }
}
