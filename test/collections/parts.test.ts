import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_PART_BYTES, partsOf } from '../../src/collections/parts.ts';
import { EnvelopeScanner } from '../../src/stix/scan.ts';
import { MAX_BATCH } from '../../src/store/store.ts';

/** An envelope of objects of these sizes, in octets. */
function spansOf(sizes: readonly number[]) {
  const scanner = new EnvelopeScanner();
  const objects = sizes.map((size) => `{"x":"${'y'.repeat(Math.max(0, size - 8))}"}`);
  scanner.write(Buffer.from(`{"objects":[${objects.join(',')}]}`));
  return scanner.end().spans;
}

test('parts hold every object once, in order, and none is too large for one commit', () => {
  const size = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 40, max: 900 }) },
    fc.integer({ min: 40, max: 3 << 20 }),
  );
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 150 }), (sizes, times) => {
      const many = Array.from({ length: sizes.some((s) => s > 900) ? 1 : times }, () => sizes).flat();
      const spans = spansOf(many);
      const parts = partsOf(spans);
      let next = 0;
      for (const [number, part] of parts.entries()) {
        assert.equal(part.number, number);
        assert.equal(part.first, next);
        const objects = part.end - part.first;
        assert.ok(objects >= 1 && objects <= MAX_BATCH);
        assert.ok(objects === 1 || spans.end(part.end - 1) - spans.start(part.first) <= MAX_PART_BYTES);
        next = part.end;
      }
      assert.equal(next, many.length);
    }),
    { numRuns: 60 },
  );
});
