import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { type Cursor, formatCursor, parseCursor } from '../../src/taxii/cursor.ts';
import type { Match } from '../../src/taxii/query.ts';

const COLLECTION = '91a7b528-80eb-42ed-a74d-c6fbd5a26116';
const OTHER = '52892447-4d7e-4f70-b94d-d7f22742ff63';
const POSITION = 1_704_067_200_000_001;

const list = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/), { minLength: 1, maxLength: 4 })
  .map((items) => items.sort());
const matches: fc.Arbitrary<Match> = fc.record(
  {
    ids: list,
    types: list,
    specVersions: fc.constantFrom(['2.0'], ['2.1'], ['2.0', '2.1'], ['3.7']),
    versions: fc.constantFrom<NonNullable<Match['versions']>>(
      'all',
      { first: true, last: true, keys: [] },
      { first: false, last: false, keys: ['2020-01-01T00:00:00', '2020-01-01T00:00:00.123456'] },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const positions = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

function refusal(run: () => unknown, code: string): void {
  assert.throws(run, (error) => error instanceof AppError && error.code === code);
}

describe('next', () => {
  test('alone brings back its place and its filters (A12, client-quirks 23)', () => {
    fc.assert(
      fc.property(matches, positions, (match, position) => {
        const text = formatCursor(COLLECTION, { position, match });
        assert.match(text, /^[A-Za-z0-9._~-]+$/);
        assert.deepEqual(parseCursor(text, COLLECTION, {}), { position, match });
        assert.deepEqual(parseCursor(text, COLLECTION, match), { position, match });
      }),
    );
  });

  test('is short', () => {
    assert.ok(formatCursor(COLLECTION, { position: POSITION, match: {} }).length < 32);
  });

  test('with part of its filters is the same as with all of them', () => {
    const match: Match = { types: ['indicator'], versions: 'all' };
    const text = formatCursor(COLLECTION, { position: POSITION, match });
    assert.deepEqual(parseCursor(text, COLLECTION, { types: ['indicator'] })?.match, match);
  });

  test('of another collection counts as absent (client-quirks 25)', () => {
    const text = formatCursor(COLLECTION, { position: POSITION, match: { types: ['malware'] } });
    assert.equal(parseCursor(text, OTHER, { types: ['indicator'] }), undefined);
  });

  test('beside match fields that contradict those it was issued for is refused (T21-3.4-16)', () => {
    const text = formatCursor(COLLECTION, { position: POSITION, match: { types: ['indicator'] } });
    refusal(() => parseCursor(text, COLLECTION, { types: ['malware'] }), 'query.invalid');
    refusal(() => parseCursor(text, COLLECTION, { ids: ['malware--b'] }), 'query.invalid');
    refusal(() => parseCursor(text, COLLECTION, { versions: 'all' }), 'query.invalid');
  });

  test('of a long list of filters goes with them, and only with them', () => {
    const match: Match = { ids: Array.from({ length: 60 }, (_, i) => `indicator--${i}`).sort() };
    const text = formatCursor(COLLECTION, { position: POSITION, match });
    assert.ok(text.length < 64);
    assert.deepEqual(parseCursor(text, COLLECTION, match), { position: POSITION, match });
    refusal(() => parseCursor(text, COLLECTION, {}), 'query.invalid');
    refusal(() => parseCursor(text, COLLECTION, { ids: match.ids?.slice(1) ?? [] }), 'query.invalid');
  });

  test('that was damaged is refused, whatever was done to it (T21-3.4-16)', () => {
    const cursor: Cursor = { position: POSITION, match: { types: ['indicator'], versions: 'all' } };
    const text = formatCursor(COLLECTION, cursor);
    const octets = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < octets.length * 8; bit++) {
      const flipped = Buffer.from(octets);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      refusal(() => parseCursor(flipped.toString('base64url'), COLLECTION, {}), 'cursor.invalid');
    }
    for (let length = 0; length < text.length; length++)
      refusal(() => parseCursor(text.slice(0, length), COLLECTION, {}), 'cursor.invalid');
    for (const spelling of [`${text}=`, ` ${text}`, `${text}\n`, `${text}A`, text.replace('A', 'A.')])
      if (spelling !== text) refusal(() => parseCursor(spelling, COLLECTION, {}), 'cursor.invalid');
  });

  test('that is any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.base64String()), (text) => {
        refusal(() => parseCursor(text, COLLECTION, {}), 'cursor.invalid');
      }),
    );
  });
});
