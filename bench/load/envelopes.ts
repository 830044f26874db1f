import { open } from 'node:fs/promises';
import type { DataSet } from '../data.ts';
import type { Progress } from '../progress.ts';

/** Objects of an envelope, and of the transactions they are compared with. */
export const ENVELOPE_OBJECTS = 500;

const NEWLINE = Buffer.from('\n');

/** Ready envelopes in a file, one a line: their making takes no time from the server when they are sent. */
export interface Envelopes extends AsyncDisposable {
  readonly file: string;
  readonly count: number;
  readonly objects: number;
  /** Octets of the objects' JSON texts alone. */
  readonly jsonBytes: number;
  readonly size: (envelope: number) => number;
  readonly read: (envelope: number) => Promise<Buffer>;
}

export async function makeEnvelopes(
  file: string,
  data: DataSet,
  objects: number,
  progress: Progress,
): Promise<Envelopes> {
  const count = Math.ceil(objects / ENVELOPE_OBJECTS);
  const offsets = new Float64Array(count + 1);
  let jsonBytes = 0;
  const handle = await open(file, 'w+');
  for (let envelope = 0; envelope < count; envelope++) {
    const first = envelope * ENVELOPE_OBJECTS;
    const size = sizeOf(envelope, objects);
    const texts = Array.from({ length: size }, (_, i) => JSON.stringify(data.at(first + i)));
    const body = Buffer.from(`{"objects":[${texts.join(',')}]}`);
    await handle.writeFile(Buffer.concat([body, NEWLINE]));
    offsets[envelope + 1] = (offsets[envelope] as number) + body.length + NEWLINE.length;
    jsonBytes += body.length - '{"objects":[]}'.length - (size - 1);
    progress.step(size);
  }
  return {
    file,
    count,
    objects,
    jsonBytes,
    size: (envelope) => sizeOf(envelope, objects),
    read: async (envelope) => {
      const from = offsets[envelope] as number;
      const bytes = Buffer.allocUnsafe((offsets[envelope + 1] as number) - NEWLINE.length - from);
      await handle.read(bytes, 0, bytes.length, from);
      return bytes;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function sizeOf(envelope: number, objects: number): number {
  return Math.min(ENVELOPE_OBJECTS, objects - envelope * ENVELOPE_OBJECTS);
}
