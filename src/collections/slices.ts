import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Judging gives way to polls after this long: whatever is being judged, one slice of it comes between two rounds of polls. */
const SLICE_MS = 2;
const oneSlice = pLimit(1);

/** Does `step` for 0 to `count` - 1 in order, a slice at a time. */
export async function inSlices(count: number, step: (i: number) => void): Promise<void> {
  for (let i = 0; i < count; )
    await oneSlice(async () => {
      const sliceEnd = performance.now() + SLICE_MS;
      while (i < count && performance.now() < sliceEnd) step(i++);
      await nextTurn();
    });
}
