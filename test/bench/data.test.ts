import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT_TYPE, mixedData, supersededData } from '../../bench/data.ts';
import type { Json } from '../../src/stix/json.ts';
import { markingClass } from '../../src/stix/tlp.ts';
import { validate } from '../../src/stix/validate.ts';

const OBJECTS = 2000;
const SEED = 7;

test('every object of the bench data passes validation without a finding', () => {
  const mixed = mixedData(SEED);
  const superseded = supersededData(SEED, OBJECTS);
  for (const data of [mixed, superseded])
    for (let i = 0; i < OBJECTS; i++) {
      const object = data.at(i);
      const findings = validate(JSON.parse(JSON.stringify(object)) as Json);
      assert.deepEqual(findings, [], JSON.stringify(object));
    }
});

test('the data depends on seed and position alone', () => {
  const [data, again, other] = [mixedData(SEED), mixedData(SEED), mixedData(SEED + 1)];
  for (const index of [1999, 3, 250_000, 9_999_999]) {
    assert.deepEqual(data.at(index), again.at(index));
    assert.notEqual(data.at(index).id, other.at(index).id);
  }
});

test('the mix is 40 % indicators and 25 % relationships, about 700 bytes an object, at all levels of TLP', () => {
  const data = mixedData(SEED);
  const types = new Map<string, number>();
  const levels = new Set<string>();
  let bytes = 0;
  for (let i = 0; i < 10_000; i++) {
    const object = data.at(i);
    types.set(object.type, (types.get(object.type) ?? 0) + 1);
    levels.add(markingClass(object, () => undefined));
    bytes += Buffer.byteLength(JSON.stringify(object));
  }
  assert.ok(Math.abs((types.get('indicator') ?? 0) / 10_000 - 0.41) < 0.03);
  assert.equal(types.get('relationship'), 2500);
  assert.equal(types.has(ABSENT_TYPE), false);
  assert.deepEqual(levels, new Set(['unmarked', 'clear', 'green', 'amber', 'amber+strict', 'red']));
  assert.ok(Math.abs(bytes / 10_000 - 700) < 70, `${bytes / 10_000} bytes an object`);
});

test('no version comes twice, and the number of different objects is as told', () => {
  for (const data of [mixedData(SEED), supersededData(SEED, 20_000)]) {
    const ids = new Set<string>();
    const versions = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const { id, modified = '' } = data.at(i);
      ids.add(id);
      versions.add(`${id} ${modified}`);
    }
    assert.equal(versions.size, 20_000);
    assert.equal(ids.size, data.heads(20_000));
  }
});

test('of superseded data 99 % are earlier versions, and the last of each object comes at the end', () => {
  const data = supersededData(SEED, OBJECTS);
  const last = new Map<string, number>();
  for (let i = 0; i < OBJECTS; i++) last.set(data.at(i).id, i);
  assert.equal(last.size, OBJECTS / 100);
  assert.ok([...last.values()].every((index) => index >= OBJECTS - last.size));
});
