import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { matchAccept, matchContentType, TAXII_MEDIA_TYPE } from '../../src/taxii/media-type.ts';

const V21 = TAXII_MEDIA_TYPE;
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('Accept', () => {
  const taxii = [
    V21,
    'application/taxii+json',
    'application/taxii+json; version=2.1',
    'application/taxii+json ; version=2.1',
    'Application/TAXII+JSON;Version=2.1',
    'application/taxii+json;version="2.1"',
    'application/taxii+json;charset=utf-8;version=2.1',
    `${V21};q=0.1`,
    `text/html, ${V21}`,
    `application/taxii+json;version=2.0, ${V21}`,
    `application/vnd.oasis.taxii+json;version=2.0, ${V21};q=0.5`,
    `*/*;q=0, ${V21}`,
    `${V21};x="a, b;q=0"`,
    `, ${V21},,`,
  ];
  for (const header of taxii)
    test(`asks for TAXII 2.1 (T21-3.1-08): ${header}`, () => {
      assert.equal(matchAccept(header, 'unsupported'), 'taxii');
    });

  const tolerated = [undefined, '', ' ', '*/*', 'application/*', 'application/json', BROWSER];
  for (const header of [...tolerated, 'application/json, text/plain, */*', 'application/taxii+json;version=2.0, */*'])
    test(`is served unless the root is strict (A14): ${header}`, () => {
      assert.equal(matchAccept(header, 'unsupported'), 'tolerated');
    });

  const refused = [
    'text/html',
    'application/taxii+json;version=2.0',
    'application/taxii+json;version=3.0',
    'application/taxii+json;version=2',
    'application/taxii+json;version=2.1.0',
    'application/taxii+json;version=x',
    'application/vnd.oasis.taxii+json;version=2.0',
    'application/vnd.oasis.taxii+json',
    'nonsense',
    'application/taxii+json;version',
  ];
  for (const header of refused)
    test(`names nothing that is served (T21-3.1-10): ${header}`, () => {
      assert.equal(matchAccept(header, 'tolerated'), 'unsupported');
    });

  for (const header of [`${V21};q=0`, '*/*, application/taxii+json;q=0', '*/*;q=0', `application/json, ${V21};q=0.0`])
    test(`q=0 excludes, and the more specific range decides (T21-3.1-16): ${header}`, () => {
      assert.equal(matchAccept(header, 'tolerated'), 'unsupported');
    });

  test('STIX ranges are understood where objects are concerned, and are defined for the manifest (A14)', () => {
    const stix = 'application/stix+json;version=2.1';
    assert.equal(matchAccept(stix, 'unsupported'), 'unsupported');
    assert.equal(matchAccept(stix, 'tolerated'), 'tolerated');
    assert.equal(matchAccept(stix, 'defined'), 'taxii');
    assert.equal(matchAccept('application/stix+json;version=2.0', 'defined'), 'unsupported');
  });

  test('FortiGate gets its feed (client-quirks 12)', () => {
    assert.equal(matchAccept('application/vnd.oasis.stix+json; version=2.0', 'tolerated'), 'tolerated');
    assert.equal(matchAccept('application/vnd.oasis.stix+json; version=2.0', 'unsupported'), 'unsupported');
  });

  test('any list that holds our type is served, however it is written', () => {
    const pad = fc.constantFrom('', ' ', '  ', '\t');
    const cased = fc.constantFrom('application/taxii+json', 'APPLICATION/taxii+json', 'Application/Taxii+Json');
    const version = fc.constantFrom('2.1', '"2.1"');
    const ours = fc
      .tuple(cased, pad, pad, version)
      .map(([type, before, after, v]) => `${type}${before};${after}version=${v}`);
    const other = fc.constantFrom('text/html', 'application/xml;q=0.9', '*/*;q=0.1', 'application/json', 'a/b;c="d,e"');
    fc.assert(
      fc.property(ours, fc.array(other, { maxLength: 5 }), fc.array(other, { maxLength: 5 }), (mine, before, after) => {
        assert.equal(matchAccept([...before, mine, ...after].join(', '), 'unsupported'), 'taxii');
      }),
    );
  });

  test('no header makes it throw or slow', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => void matchAccept(header, 'defined')),
    );
    assert.equal(matchAccept('"'.repeat(60_000), 'defined'), 'unsupported');
    assert.equal(matchAccept('a/b;'.repeat(15_000), 'defined'), 'unsupported');
  });
});

describe('Content-Type', () => {
  const table: readonly (readonly [string | undefined, ReturnType<typeof matchContentType>])[] = [
    [V21, 'taxii'],
    ['application/taxii+json', 'taxii'],
    ['application/taxii+json; version=2.1', 'taxii'],
    ['application/taxii+json;version="2.1"', 'taxii'],
    ['APPLICATION/TAXII+JSON;VERSION=2.1', 'taxii'],
    [`${V21}; charset=utf-8`, 'taxii'],
    [`${V21}; charset="UTF-8"`, 'taxii'],
    ['application/json', 'tolerated'],
    ['application/json; charset=UTF-8', 'tolerated'],
    ['application/stix+json;version=2.1', 'tolerated'],
    ['application/stix+json; version=2.1', 'tolerated'],
    [undefined, 'unsupported'],
    ['', 'unsupported'],
    ['text/plain', 'unsupported'],
    ['application/x-www-form-urlencoded', 'unsupported'],
    ['application/taxii+json;version=2.0', 'unsupported'],
    ['application/stix+json;version=2.0', 'unsupported'],
    [`${V21};charset=latin1`, 'unsupported'],
    [`${V21}, text/plain`, 'unsupported'],
    ['nonsense', 'unsupported'],
  ];
  for (const [header, expected] of table)
    test(`of a posted envelope, ${header}: ${expected} (T21-3.1-09, T21-3.1-11, A16)`, () => {
      assert.equal(matchContentType(header), expected);
    });
});
