import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compact, EnvelopeScanner } from '../../src/stix/scan.ts';
import { NameSets } from '../../src/stix/scan-names.ts';
import { PLAIN } from '../../src/stix/scan-tables.ts';

function scanAll(body: Uint8Array, pieceBytes: number): number {
  const scanner = new EnvelopeScanner();
  for (let i = 0; i < body.length; i += pieceBytes) scanner.write(body.subarray(i, i + pieceBytes));
  return scanner.end().spans.count;
}

/** How many earlier names were looked at while these were entered into one object. */
function probesFor(names: readonly string[]): number {
  const sets = new NameSets();
  sets.openObject();
  for (const name of names) {
    sets.beginName();
    sets.take(Buffer.from(name), 0, PLAIN);
    assert.equal(sets.finishName(), true, name);
  }
  return sets.probes;
}

describe('hostile texts', () => {
  test('lists nested 10,000 deep are refused at the limit, without a crash', () => {
    const body = Buffer.from(`{"objects":[${'['.repeat(10_000)}`);
    assert.throws(() => scanAll(body, 100), { code: 'body.invalid' });
  });

  test('a string of 1 MiB passes in pieces of one byte', () => {
    const body = Buffer.from(`{"objects":[{"a":"${'x\u20ac\\n'.repeat(174_763)}"}]}`);
    assert.equal(scanAll(body, 1), 1);
  });

  test('a member name of 1 MiB passes, and is refused when it stands twice', () => {
    const name = 'n'.repeat(1 << 20);
    assert.equal(scanAll(Buffer.from(`{"objects":[{"${name}":1,"${name}x":2}]}`), 65_536), 1);
    assert.throws(() => scanAll(Buffer.from(`{"objects":[{"${name}":1,"${name}":2}]}`), 65_536), /stands twice/);
  });

  test('1,000,000 names in one object are told apart, and the last repeats the first', () => {
    const names = Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":0`).join(',');
    assert.equal(scanAll(Buffer.from(`{"objects":[{${names}}]}`), 65_536), 1);
    assert.throws(() => scanAll(Buffer.from(`{"objects":[{${names},"k0":1}]}`), 65_536), /name "k0" stands twice/);
  });

  test('the work on names is linear in their number', () => {
    for (const count of [10_000, 200_000]) {
      const probes = probesFor(Array.from({ length: count }, (_, i) => `name_${i}`));
      assert.ok(probes < count * 4, `${probes} probes for ${count} names`);
    }
  });

  test('names that collide under usual hashes cost no more', () => {
    // "Aa" and "BB" are equal under every polynomial hash with factor 31, and so are all their sequences.
    const names = Array.from({ length: 1 << 16 }, (_, i) =>
      i.toString(2).padStart(16, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB'),
    );
    const probes = probesFor(names);
    assert.ok(probes < names.length * 4, `${probes} probes for ${names.length} names`);
  });

  test('many objects after a large one are unaffected by it', () => {
    const large = `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":0`).join(',')}}`;
    const body = Buffer.from(`{"objects":[${large},{"k1":1,"a":{"k1":1}},${large},{"k1":1}]}`);
    assert.equal(scanAll(body, 1000), 4);
  });

  test('a repeated name is found at any size of the object and any distance', () => {
    for (const size of [1, 2, 31, 32, 33, 34, 63, 64, 65, 200]) {
      for (const repeated of [0, size >> 1, size - 1]) {
        const names = Array.from({ length: size }, (_, i) => `"member-${i}":{"x":0}`).join(',');
        const body = `{"objects":[{${names},"\\u006dember-${repeated}":1}]}`;
        assert.throws(() => scanAll(Buffer.from(body), 50), new RegExp(`"member-${repeated}" stands twice`));
        assert.equal(scanAll(Buffer.from(`{"objects":[{${names},"member-${size}":1}]}`), 50), 1);
      }
    }
  });

  test('a number of 100,000 digits passes or is refused by its value', () => {
    const digits = '9'.repeat(100_000);
    assert.equal(scanAll(Buffer.from(`{"objects":[0.${digits},${digits}e-100000]}`), 999), 2);
    assert.throws(() => scanAll(Buffer.from(`{"objects":[${digits}]}`), 999), /too large/);
  });

  test('compact takes bytes that are no JSON without a crash', () => {
    for (const text of ['"', '"\\', '{"a', '', '\xff"\xff'])
      assert.equal(typeof compact(Buffer.from(text, 'latin1')), 'string');
  });
});
