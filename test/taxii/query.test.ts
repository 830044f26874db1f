import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { formatMatch, type Match, parseQuery, type QueryEndpoint } from '../../src/taxii/query.ts';
import { parseInstant } from '../../src/time.ts';

const parse = (query: string, endpoint: QueryEndpoint = 'objects', strict = false) =>
  parseQuery(query, endpoint, strict);

function refuses(query: string, endpoint: QueryEndpoint = 'objects', strict = false): void {
  assert.throws(
    () => parse(query, endpoint, strict),
    (error) => error instanceof AppError && error.code === 'query.invalid' && error.details?.parameter !== undefined,
    query,
  );
}

describe('added_after', () => {
  const instant = parseInstant('2024-01-01T00:00:00.123456Z');
  for (const text of ['2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.123456789Z', '2024-01-01t00:00:00.123456z'])
    test(`may have up to nine fraction digits and small letters (A01): ${text}`, () => {
      assert.equal(parse(`added_after=${text}`).after, instant);
    });
  for (const text of ['2024-01-01T01:00:00+01:00', '2024-01-01T01:00:00%2B01:00', '2024-01-01T01:00:00%2001:00'])
    test(`may have an offset, also when its plus has become a space (client-quirks 33): ${text}`, () => {
      assert.equal(parse(`added_after=${text}`).after, parseInstant('2024-01-01T00:00:00Z'));
    });
  const bad = ['2024-13-01T00:00:00.000000Z', '2024-01-01', 'yesterday', '', '2024-01-01T00:00:00.000000'];
  for (const text of [...bad, '2024-01-01T00:00:00Z,2024-01-01T00:00:00Z', '2023-02-29T00:00:00Z'])
    test(`that is not one timestamp is refused (T21-3.4-04, -05): "${text}"`, () => refuses(`added_after=${text}`));
  test('is TAXII form only in a strict root (A01)', () => {
    assert.equal(parse('added_after=2024-01-01T00:00:00.123456Z', 'objects', true).after, instant);
    for (const text of ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.123Z', '2024-01-01T00:00:00.123456%2B00:00'])
      refuses(`added_after=${text}`, 'objects', true);
  });
  test('far away from every date added stays a date that can be written', () => {
    assert.equal(parse('added_after=0000-01-01T00:00:00%2B23:00').after, 0);
    assert.equal(parse('added_after=9999-12-31T23:59:59.999999Z').after, Number.MAX_SAFE_INTEGER);
  });
});

describe('limit', () => {
  test('is a whole number from 1 (T21-3.4-09)', () => {
    assert.equal(parse('limit=1').limit, 1);
    assert.equal(parse('limit=9007199254740991').limit, Number.MAX_SAFE_INTEGER);
  });
  for (const text of ['0', '-1', '1.5', '1e2', 'abc', '', '%201', '0x10', '+1', '01', '9007199254740992', '1,2', '٣'])
    test(`is refused when it is not (T21-3.4-09, T21-2-03): "${text}"`, () => refuses(`limit=${text}`));
});

describe('match', () => {
  test('fields come raw or percent-encoded (T21-3.4-23, client-quirks 3)', () => {
    const expected = { types: ['indicator', 'malware'] };
    assert.deepEqual(parse('match[type]=malware,indicator').match, expected);
    assert.deepEqual(parse('match%5Btype%5D=malware%2Cindicator').match, expected);
    assert.deepEqual(parse('m%61tch[type%5d=%6dalware,indicator').match, expected);
  });
  test('values of id, type and spec_version that repeat do no harm (A10)', () => {
    assert.deepEqual(parse('match[id]=b,a,b&match[type]=x,x&match[spec_version]=2.1,2.0,2.1').match, {
      ids: ['a', 'b'],
      types: ['x'],
      specVersions: ['2.0', '2.1'],
    });
  });
  test('versions are keywords and timestamps, which compare as instants (T21-3.4.1-17, A35)', () => {
    assert.deepEqual(parse('match[version]=all').match.versions, 'all');
    assert.deepEqual(parse('match[version]=last').match.versions, { first: false, last: true, keys: [] });
    assert.deepEqual(parse('match[version]=2020-01-01T00:00:00.100Z,first').match.versions, {
      first: true,
      last: false,
      keys: ['2020-01-01T00:00:00.1'],
    });
  });
  test('a type that nobody knows is no error (T21-3.4.1-07, -08)', () => {
    assert.deepEqual(parse('match[type]=foo').match, { types: ['foo'] });
    assert.deepEqual(parse("match[type]='%20OR".replace('%20', '_')).match, { types: ["'_OR"] });
  });
  test('a spec version that nobody knows is no error', () => {
    assert.deepEqual(parse('match[spec_version]=3.7').match, { specVersions: ['3.7'] });
  });

  const bad = [
    'match[type]=',
    'match[type]',
    'match[type]=,',
    'match[type]=a,,b',
    'match[type]=malware,%20campaign',
    'match[type]=malware,+campaign',
    'match[type]=indicator&match[type]=malware',
    'match[type]=indicator&match%5Btype%5D=malware',
    'match[id]=%zz',
    'match[id]=%ff',
    'match[id]=%',
    '%zz=1',
    'match[version]=last,last',
    'match[version]=all,last',
    'match[version]=2020-01-01',
    'match[version]=foo',
    'match[version]=LAST',
    'match[version]=2020-01-01T00:00:00.000Z,2020-01-01T00:00:00Z',
    'match[spec_version]=2',
    'match[spec_version]=2.1.0',
    'match[spec_version]=v2.1',
    'match[spec_version]=02.1',
    'next=',
    'next=a&next=b',
    'limit=1&limit=2',
    'added_after=2024-01-01T00:00:00Z&added_after=2024-01-01T00:00:00Z',
    `match[id]=${Array.from({ length: 1001 }, (_, i) => `a${i}`).join()}`,
  ];
  for (const query of bad)
    test(`is refused when malformed (T21-3.4-01, A10): ${query.slice(0, 80)}`, () => refuses(query));
});

describe('endpoints', () => {
  const all =
    'added_after=2024-01-01T00:00:00Z&limit=1&next=x&match[id]=a&match[type]=b&match[version]=all&match[spec_version]=2.0';
  test('read exactly the fields of their table and pass over the rest (M2, A09)', () => {
    assert.deepEqual(Object.keys(parse(all, 'objects')), ['after', 'limit', 'next', 'match']);
    assert.deepEqual(Object.keys(parse(all, 'manifest').match), ['ids', 'types', 'specVersions', 'versions']);
    assert.deepEqual(Object.keys(parse(all, 'object').match), ['specVersions', 'versions']);
    assert.deepEqual(Object.keys(parse(all, 'versions').match), ['specVersions']);
    assert.deepEqual(parse('match[x_foo]=1&nonsense&a=b&&', 'objects'), { match: {} });
    assert.deepEqual(parse('match[version]=nonsense', 'versions'), { match: {} });
  });
  test('a deletion takes two fields and refuses every other parameter (T21-5.7-12, A09)', () => {
    assert.deepEqual(parse('match[version]=all&match[spec_version]=2.0', 'delete').match, {
      specVersions: ['2.0'],
      versions: 'all',
    });
    for (const query of [
      'match[type]=x',
      'limit=1',
      'match[verison]=all',
      'next=x',
      'added_after=x',
      'x',
      'match[id]=a',
    ])
      refuses(query, 'delete');
  });
});

const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[\s,]/.test(text));
const timestamp = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

test('match fields that are written as a query read back the same', () => {
  const versions = fc.record({
    first: fc.boolean(),
    last: fc.boolean(),
    times: fc.uniqueArray(timestamp, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.array(word, { minLength: 1, maxLength: 4 }),
      versions,
      (ids, types, { first, last, times }) => {
        const chosen = [...(first ? ['first'] : []), ...(last ? ['last'] : []), ...times].join();
        const query = new URLSearchParams({ 'match[id]': ids.join(), 'match[type]': types.join() });
        if (chosen !== '') query.set('match[version]', chosen);
        const match: Match = parse(query.toString()).match;
        assert.deepEqual(parse(formatMatch(match)).match, match);
      },
    ),
  );
});

test('no query makes the parser fail otherwise than by saying what is malformed', () => {
  const piece = fc.oneof(
    fc.constantFrom('match[id]=', 'match[version]=', 'limit=', 'added_after=', 'next=', '&', '=', ',', '%', '%5B', '+'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.constantFrom<QueryEndpoint>('objects', 'delete'),
      (pieces, at) => {
        try {
          parse(pieces.join(''), at);
        } catch (error) {
          assert.ok(error instanceof AppError && error.status === 400);
        }
      },
    ),
  );
});
