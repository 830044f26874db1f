import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { compact, type Envelope, EnvelopeScanner } from '../../src/stix/scan.ts';
import { minified } from '../json-text.ts';
import { isIJson } from './json-oracle.ts';
import { cut, cutSizes, spelledEnvelope, spelledJson } from './json-spelling.ts';

test('any spelling of any JSON value is I-JSON, wherever its bytes are cut', () => {
  fc.assert(
    fc.property(spelledJson(), cutSizes(), (text, sizes) => {
      assert.equal(verdict(Buffer.from(text), sizes), 'accepted', text);
    }),
    { numRuns: 1000 },
  );
});

test('the spans of an envelope are its items, character for character', () => {
  fc.assert(
    fc.property(spelledEnvelope(), cutSizes(), ({ text, items }, sizes) => {
      const bytes = Buffer.from(text);
      const { spans, members } = scan(bytes, sizes);
      const found = Array.from({ length: spans.count }, (_, i) => bytes.toString('utf8', spans.start(i), spans.end(i)));
      assert.deepEqual(found, items);
      assert.deepEqual(members, ['more']);
      for (const [i, item] of items.entries()) assert.equal(spans.spaced(i), minified(item) !== item, item);
    }),
    { numRuns: 1000 },
  );
});

test('compact text is the source without the white space between its tokens', () => {
  fc.assert(
    fc.property(spelledJson(), (text) => {
      const result = compact(Buffer.from(text));
      assert.equal(result, minified(text));
      assert.deepEqual(JSON.parse(result), JSON.parse(text));
    }),
    { numRuns: 1000 },
  );
});

test('damaged texts are accepted if and only if JSON.parse accepts them and I-JSON holds', () => {
  const damage = fc.array(fc.tuple(fc.constantFrom('set', 'insert', 'remove', 'copy'), fc.nat(), tellingByte()), {
    minLength: 1,
    maxLength: 4,
  });
  let accepted = 0;
  fc.assert(
    fc.property(spelledJson(), damage, cutSizes(), (text, changes, sizes) => {
      const bytes = damaged([...Buffer.from(text)], changes);
      const expected = isIJson(bytes) ? 'accepted' : 'refused';
      assert.equal(verdict(bytes, sizes), expected, bytes.toString('latin1'));
      if (expected === 'accepted') accepted++;
    }),
    { numRuns: 4000 },
  );
  assert.ok(accepted > 100, 'some damage leaves valid JSON, so that both verdicts are tried');
});

test('short random sequences of telling bytes get the verdict of JSON.parse and I-JSON', () => {
  fc.assert(
    fc.property(fc.array(tellingByte(), { maxLength: 8 }), cutSizes(), (bytes, sizes) => {
      const text = Buffer.from([...Buffer.from('[{"a":"'), ...bytes, ...Buffer.from('"}]')]);
      assert.equal(verdict(text, sizes), isIJson(text) ? 'accepted' : 'refused', text.toString('latin1'));
      const bare = Buffer.from(bytes);
      assert.equal(verdict(bare, sizes), isIJson(bare) ? 'accepted' : 'refused', bare.toString('latin1'));
    }),
    { numRuns: 5000 },
  );
});

test('numbers are refused if and only if they overflow to infinity', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 330 });
  const number = fc
    .tuple(digits, fc.option(digits), fc.option(fc.integer({ min: -700, max: 700 })))
    .map(([whole, fraction, exponent]) => {
      const start = whole.replace(/^0+(?=\d)/, '');
      return `${start}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
    });
  const border =
    '17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641669288791094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962284291481986083493647529271907416844436551070434271155969950809304288017790417449779';
  const nearBorder = fc.constantFrom(
    `${border}1`,
    `${border}2`,
    `${border}1.9${'9'.repeat(400)}`,
    `${border}2.${'0'.repeat(400)}`,
    `0.${border}2e309`,
    `${border}1999e-3`,
    `0.${'0'.repeat(500)}${border}19e809`,
    '-1.7976931348623158e308',
    '-1.7976931348623159e308',
    '1e99999999999999999999',
    '1e-99999999999999999999',
    '0e99999999999999999999',
  );
  fc.assert(
    fc.property(fc.oneof(number, nearBorder), cutSizes(), (text, sizes) => {
      assert.equal(verdict(Buffer.from(text), sizes), Number.isFinite(Number(text)) ? 'accepted' : 'refused', text);
    }),
    { numRuns: 2000 },
  );
});

function tellingByte(): fc.Arbitrary<number> {
  const telling = [...Buffer.from('{}[]":,\\u/dDcC8091.eE+-tfnaX \n\r\t\0'), 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2];
  return fc.oneof(fc.constantFrom(...telling, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff), fc.nat(255));
}

function damaged(bytes: number[], changes: readonly (readonly [string, number, number])[]): Buffer {
  for (const [kind, where, byte] of changes) {
    const at = where % (bytes.length + 1);
    if (kind === 'set') bytes[at] = byte;
    else if (kind === 'insert') bytes.splice(at, 0, byte);
    else if (kind === 'remove') bytes.splice(at, 1);
    else bytes.splice(at, 0, ...bytes.slice(byte % (bytes.length + 1), (byte % (bytes.length + 1)) + 12));
  }
  return Buffer.from(bytes);
}

function scan(bytes: Uint8Array, sizes: readonly number[]): Envelope {
  const scanner = new EnvelopeScanner();
  for (const piece of cut(bytes, sizes)) scanner.write(piece);
  return scanner.end();
}

function verdict(bytes: Uint8Array, sizes: readonly number[]): 'accepted' | 'refused' {
  try {
    scan(bytes, sizes);
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error.code === 'body.unprocessable' ? 'accepted' : 'refused';
  }
}
