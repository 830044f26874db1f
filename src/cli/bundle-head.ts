import { DamagedGzip, unpacked } from '../stix/bundle-source.ts';
import { isObject, type JsonObject } from '../stix/json.ts';
import { memberSpans, type TextPlace } from '../stix/locate.ts';
import type { Source } from './source.ts';

export interface BundleHead {
  /** The bundle without its objects. */
  readonly head: JsonObject;
  /** The whole text. */
  readonly text: string;
  readonly start: TextPlace;
}

/** The heads of larger bundles are not looked at, since all of the text is held for it. */
const MAX_BYTES = 64 << 20;

/** What a file that is a bundle says of itself; undefined when it is something else, or broken. */
export async function readBundleHead(source: Source): Promise<BundleHead | undefined> {
  const text = await readText(source);
  if (text === undefined || !/^\uFEFF?[ \t\r\n]*\{/.test(text)) return undefined;
  const at = text.indexOf('{');
  const members = memberSpans(text, at).filter(({ name }) => name !== 'objects');
  try {
    const head: unknown = Object.fromEntries(
      members.map(({ name, start, end }) => [name, JSON.parse(text.slice(start, end))]),
    );
    return isObject(head) && head.type === 'bundle' ? { head, text, start: { line: 1, column: 1 } } : undefined;
  } catch {
    // What is broken in it is found when its items are read.
    return undefined;
  }
}

async function readText(source: Source): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of unpacked(source.read())) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof DamagedGzip) return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}
