import { describePosition, JsonFault } from '../stix/scan-fault.ts';
import { JsonScanner } from '../stix/scan-json.ts';

const MAX_DEPTH = 1000;

/** What is wrong with a text that should be JSON under I-JSON; undefined when nothing is. */
export function faultOfJson(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'it begins with a byte order mark';
  const scanner = new JsonScanner(
    {
      valueBegins: () => undefined,
      valueEnds: () => undefined,
      rootLineEnds: () => undefined,
      breach: (fault) => {
        throw fault;
      },
    },
    MAX_DEPTH,
  );
  try {
    scanner.write(bytes);
    scanner.end();
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return `${error.message} (${describePosition(error.position)})`;
  }
}
