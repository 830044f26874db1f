import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../src/errors.ts';
import { compact, type Envelope, EnvelopeScanner } from '../../src/stix/scan.ts';

/** Latin-1, so that a test can write any byte. */
function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function scan(body: Uint8Array, pieceBytes = body.length, maxDepth?: number): Envelope {
  const scanner = new EnvelopeScanner(maxDepth);
  for (let i = 0; i < body.length; i += pieceBytes) scanner.write(body.subarray(i, i + pieceBytes));
  return scanner.end();
}

function failure(body: Uint8Array, pieceBytes?: number): AppError {
  try {
    scan(body, pieceBytes);
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error;
  }
  assert.fail(`accepted: ${body.toString()}`);
}

describe('body.invalid tells line, column, byte, what was found and what was expected (T21-1.6.7-01, T21-1.6.7-02)', () => {
  const cases: readonly (readonly [name: string, body: string, place: readonly number[], message: RegExp])[] = [
    ['an empty body', '', [1, 1, 0], /Found the end of the text, expected a value/],
    ['white space only', ' \n ', [2, 2, 3], /the end of the text, expected a value/],
    ['text that is no JSON', 'hello', [1, 1, 0], /Found "h", expected a value/],
    ['a truncated object', '{"objects":[{"a":1}', [1, 20, 19], /the end of the text, expected "," or "\]"/],
    ['a truncated string', '["ab', [1, 5, 4], /the end of the text, expected the rest of a string/],
    ['a truncated escape', '["\\u00', [1, 7, 6], /the end of the text, expected four hexadecimal digits/],
    ['a truncated UTF-8 character', '["\xe2\x82', [1, 5, 4], /the end of the text, expected the rest of a UTF-8/],
    ['a truncated word', '[tru', [1, 5, 4], /the end of the text, expected true, false or null/],
    ['a truncated number', '[-', [1, 3, 2], /the end of the text, expected a digit/],
    ['a comma before the end of a list', '[1,\n]', [2, 1, 4], /Found "\]", expected a value/],
    ['a comma before the end of an object', '{"a":1,}', [1, 8, 7], /Found "}", expected a member name/],
    ['no comma', '[1 2]', [1, 4, 3], /Found "2", expected "," or "\]"/],
    ['no comma between members', '{"a":1 "b":2}', [1, 8, 7], /Found a quotation mark, expected "," or "}"/],
    ['no colon', '{"a" 1}', [1, 6, 5], /Found "1", expected ":"/],
    ['a name without quotation marks', '{a:1}', [1, 2, 1], /Found "a", expected a member name in quotation marks/],
    ['the wrong bracket', '{"a":[1}', [1, 8, 7], /Found "}", expected "," or "\]"/],
    ['more than one value', '{} {}', [1, 4, 3], /Found "{", expected nothing more/],
    ['a leading zero', '[01]', [1, 3, 2], /Found "1", expected "," or "\]"/],
    ['a number that ends in a point', '[1.]', [1, 4, 3], /Found "\]", expected a digit/],
    ['a number without an exponent', '[1e+]', [1, 5, 4], /Found "\]", expected a digit/],
    ['NaN', '[NaN]', [1, 2, 1], /Found "N", expected a value/],
    ['a misspelt word', '[nul]', [1, 5, 4], /Found "\]", expected true, false or null/],
    ['a line feed in a string', '["a\nb"]', [1, 4, 3], /Found the character U\+000A, expected the rest of a string/],
    ['a control character in a name', '{"a\x01":1}', [1, 4, 3], /Found the character U\+0001, expected the rest of a/],
    ['an unknown escape', '["\\x41"]', [1, 4, 3], /Found "x", expected one of/],
    ['bad hexadecimal digits', '["\\u12g4"]', [1, 7, 6], /Found "g", expected four hexadecimal digits/],
    ['a byte order mark', '\xef\xbb\xbf{}', [1, 1, 0], /Found a byte order mark, expected a value/],
    ['a byte outside of strings', '{"a":\xe9}', [1, 6, 5], /Found the byte 0xE9, expected a value/],
    ['Latin-1 in a string', '{"a":"caf\xe9"}', [1, 10, 9], /Found the byte 0xE9, which begins no valid UTF-8/],
    ['a lone continuation byte', '["\x80"]', [1, 3, 2], /Found the byte 0x80, which begins no valid UTF-8/],
    ['an overlong sequence', '["\xc0\xaf"]', [1, 3, 2], /Found the byte 0xC0, which begins no valid UTF-8/],
    [
      'an overlong sequence of three bytes',
      '["\xe0\x9f\xbf"]',
      [1, 3, 2],
      /Found the byte 0xE0, which begins no valid UTF-8/,
    ],
    ['a surrogate in UTF-8', '["\xed\xa0\x80"]', [1, 3, 2], /Found the byte 0xED, which begins no valid UTF-8/],
    [
      'a character beyond Unicode',
      '["\xf4\x90\x80\x80"]',
      [1, 3, 2],
      /Found the byte 0xF4, which begins no valid UTF-8/,
    ],
    ['a lone high surrogate', '["a\\ud800"]', [1, 4, 3], /Found \\ud800, half of a surrogate pair/],
    ['a high surrogate before another escape', '["\\uD800\\n"]', [1, 3, 2], /Found \\ud800, half of a surrogate pair/],
    ['a high surrogate before a character', '["\\ud800\\u0041"]', [1, 3, 2], /Found \\ud800, half/],
    ['two high surrogates', '["\\ud800\\ud801\\udc00"]', [1, 3, 2], /Found \\ud800, half/],
    ['a lone low surrogate', '["\\udc00"]', [1, 3, 2], /Found \\udc00, half of a surrogate pair/],
    ['a lone surrogate in a name', '{"\\udc00":1}', [1, 3, 2], /Found \\udc00, half of a surrogate pair/],
    ['a number that overflows', '[1,\n 1e999]', [2, 2, 5], /too large for an IEEE 754 double/],
    ['a name that stands twice', '{"objects":[{"id":1,\n "id":2}]}', [2, 2, 22], /name "id" stands twice/],
    ['the same name in other letters', '{"id":1,"\\u0069d":2}', [1, 9, 8], /name "id" stands twice/],
    ['an empty name twice', '{"":1,"":2}', [1, 7, 6], /name "" stands twice/],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', [1, 16, 15], /name "__proto__" stands twice/],
    ['a name twice with a bracket between', '{"a":{"b":1},"c":[{}],"a":2}', [1, 23, 22], /name "a" stands twice/],
    [
      'a position after other scripts',
      '["\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",x]',
      [1, 8, 13],
      /Found "x", expected a value/,
    ],
  ];
  for (const [name, body, [line, column, offset], message] of cases) {
    test(name, () => {
      for (const pieceBytes of [1, 3, 1000]) {
        const error = failure(bytes(body), pieceBytes);
        assert.equal(error.code, 'body.invalid');
        assert.match(error.description ?? '', message);
        assert.match(error.description ?? '', new RegExp(`^Line ${line}, column ${column} \\(byte ${offset}\\): `));
        assert.deepEqual([error.details?.line, error.details?.column, error.details?.offset], [line, column, offset]);
      }
    });
  }

  test('the name that stands twice is among the details', () => {
    assert.equal(failure(bytes('{"a\\u0062":1,"ab":2}')).details?.name, 'ab');
  });

  test('a very long name is cut in the message', () => {
    const name = 'x'.repeat(10_000);
    const { description = '' } = failure(bytes(`{"${name}":1,"${name}":2}`));
    assert.ok(description.length < 300);
  });

  test('it stays refused, whatever is written later', () => {
    const scanner = new EnvelopeScanner();
    assert.throws(() => scanner.write(bytes(']')), { code: 'body.invalid' });
    assert.throws(() => scanner.write(bytes('{"objects":[1]}')), { code: 'body.invalid' });
    assert.throws(() => scanner.end(), { code: 'body.invalid' });
  });
});

describe('nesting is bounded (T21-1.6.7-02)', () => {
  const nested = (levels: number): Buffer => bytes(`{"objects":[${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}]}`);

  test('100 levels are accepted', () => {
    assert.equal(scan(nested(100)).spans.count, 1);
  });

  test('101 levels are refused, and the limit is named', () => {
    const error = failure(nested(101));
    assert.equal(error.code, 'body.invalid');
    assert.match(error.description ?? '', /byte 110\).*deeper than 100 levels/);
    assert.equal(error.details?.limit, 100);
  });

  test('the limit is a parameter', () => {
    assert.throws(() => scan(bytes('{"objects":[{"a":{}}]}'), 100, 3), /deeper than 3 levels/);
    assert.equal(scan(bytes('{"objects":[{"a":{}}]}'), 100, 4).spans.count, 1);
  });
});

describe('JSON that is no envelope with objects is body.unprocessable (T21-5.5-04, T21-5.5-09)', () => {
  const cases: readonly (readonly [body: string, message: RegExp])[] = [
    ['{"type":"indicator","id":"x"}', /no member "objects".*Send one JSON object \{"objects"/],
    ['{}', /no member "objects"/],
    ['[{"objects":[1]}]', /no JSON object/],
    ['[]', /no JSON object/],
    ['"text"', /no JSON object/],
    ['null', /no JSON object/],
    ['42', /no JSON object/],
    ['{"objects":{}}', /"objects" is no list/],
    ['{"objects":null}', /"objects" is no list/],
    ['{"objects":[]}', /"objects" is empty/],
    ['{"a":{"objects":[1]}}', /no member "objects"/],
  ];
  for (const [body, message] of cases) {
    test(body, () => {
      const error = failure(bytes(body), 1);
      assert.equal(error.code, 'body.unprocessable');
      assert.match(error.description ?? '', message);
    });
  }

  test('what is no I-JSON is told first', () => {
    assert.equal(failure(bytes('{"a":1,"a":2}')).code, 'body.invalid');
    assert.equal(failure(bytes('[1,2')).code, 'body.invalid');
  });

  test('a list of very many items that cannot be objects is refused before its spans fill the memory', () => {
    const error = failure(bytes(`{"objects":[${'1,'.repeat(20_000)}1]}`));
    assert.equal(error.code, 'body.unprocessable');
    assert.match(error.description ?? '', /More than 10000 items/);
  });
});

describe('an envelope', () => {
  const body = bytes(
    '{ "more":false, "objects" : [ {"a": [1, {"objects":[7]}]} ,2,\n"x","\\"]",[ ] ], "next":"n", "x_a":{"objects":[1]}}',
  );

  test('gives the span of each item, objects or not', () => {
    const { spans } = scan(body, 1);
    const items = Array.from({ length: spans.count }, (_, i) => body.toString('latin1', spans.start(i), spans.end(i)));
    assert.deepEqual(items, ['{"a": [1, {"objects":[7]}]}', '2', '"x"', '"\\"]"', '[ ]']);
  });

  test('tells which items hold insignificant white space', () => {
    const { spans } = scan(body, 7);
    assert.deepEqual(
      Array.from({ length: spans.count }, (_, i) => spans.spaced(i)),
      [true, false, false, false, true],
    );
  });

  test('names its other members', () => {
    assert.deepEqual(scan(body).members, ['more', 'next', 'x_a']);
  });

  test('may be a bundle (client quirk 11)', () => {
    const { spans, members } = scan(bytes('{"type":"bundle","id":"bundle--1","objects":[{}]}'));
    assert.equal(spans.count, 1);
    assert.deepEqual(members, ['type', 'id']);
  });

  test('may have members called __proto__ and constructor', () => {
    const { spans, members } = scan(
      bytes('{"__proto__":1,"constructor":{"prototype":2},"objects":[{"__proto__":{}}]}'),
    );
    assert.equal(spans.count, 1);
    assert.deepEqual(members, ['__proto__', 'constructor']);
  });

  test('may spell the name of its list with escapes', () => {
    assert.equal(scan(bytes('{"\\u006fbj\\u0065cts":[{}]}')).spans.count, 1);
  });

  test('has equal names in different objects', () => {
    assert.equal(scan(bytes('{"objects":[{"id":1,"b":{"id":1}},{"id":1,"b":{"id":1}}]}')).spans.count, 2);
  });
});

describe('compact', () => {
  test('drops white space between tokens only, and keeps order, escapes and number literals', () => {
    const text = '{ "b" : "a  \\u00e9 \\/ \\" { x" ,\r\n\t"a": [ 1.0 , -0, 1E+2, true ], "\u20ac": { } }';
    assert.equal(compact(Buffer.from(text)), '{"b":"a  \\u00e9 \\/ \\" { x","a":[1.0,-0,1E+2,true],"\u20ac":{}}');
  });

  test('ends a string at its quotation mark, whatever backslashes stand before', () => {
    assert.equal(compact(bytes('[ "\\\\" , "\\\\\\"" , 1 ]')), '["\\\\","\\\\\\"",1]');
  });
});
