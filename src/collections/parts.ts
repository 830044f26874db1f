import type { Spans } from '../stix/scan.ts';
import { MAX_BATCH } from '../store/store.ts';

/** What one commit takes of a push: items `first` up to `end` of the envelope. */
export interface Part {
  readonly number: number;
  readonly first: number;
  readonly end: number;
}

/** A part also ends before this many octets, with one object at least. */
export const MAX_PART_BYTES = 4 << 20;

export function partsOf(spans: Spans): Part[] {
  const parts: Part[] = [];
  let first = 0;
  for (let i = 1; i <= spans.count; i++) {
    const full = i - first === MAX_BATCH || (i < spans.count && spans.end(i) - spans.start(first) > MAX_PART_BYTES);
    if (!full && i < spans.count) continue;
    parts.push({ number: parts.length, first, end: i });
    first = i;
  }
  return parts;
}
