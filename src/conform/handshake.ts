import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

const HANDSHAKE_MS = 10_000;

export interface Handshake {
  readonly done: boolean;
  /** It failed on our side. */
  readonly own: boolean;
  readonly words: string;
  /** Sessions that the server offered to resume, as OpenSSL writes them. */
  readonly tickets: readonly Buffer[];
}

/**
 * One TLS handshake, to see whether a server takes a version and a suite. Certificates do not matter here.
 * @param request sent when it is done; the connection is then read to its end, since tickets come after the handshake
 */
export function handshake(options: ConnectionOptions, request?: string): Promise<Handshake> {
  return new Promise((resolve) => {
    const tickets: Buffer[] = [];
    let socket: TLSSocket | undefined;
    const end = (done: boolean, words: string, own = false): void => {
      socket?.destroy();
      resolve({ done, own, words, tickets });
    };
    try {
      socket = connect({ ...options, rejectUnauthorized: false, timeout: HANDSHAKE_MS });
    } catch (error) {
      end(false, (error as Error).message, true);
      return;
    }
    const opened = socket;
    let words = 'no end of the handshake';
    let shaken = false;
    opened.on('session', (ticket) => void tickets.push(ticket));
    opened.once('secureConnect', () => {
      shaken = true;
      words = `${opened.getProtocol()} with ${opened.getCipher().name}`;
      if (request === undefined) end(true, words);
      else opened.end(request);
    });
    opened.resume();
    opened.once('close', () => end(shaken, words));
    opened.once('timeout', () => end(false, words));
    opened.once('error', (error: NodeJS.ErrnoException) =>
      end(false, error.message, OURS.test(`${error.code} ${error.message}`)),
    );
  });
}

const OURS = /NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|no protocols available|no ciphers available|no cipher match/i;

/** The tag of max_early_data in a session: context specific, constructed, number 15. */
const EARLY_DATA = 0xaf;

/**
 * How much early data a session allows, octets; 0 when it allows none.
 * Source: RFC 8446 §4.6.1; OpenSSL, ssl/ssl_asn1.c
 */
export function earlyDataOf(session: Buffer): number {
  let rest = contentOf(session)?.content;
  while (rest !== undefined && rest.length > 0) {
    const element = contentOf(rest);
    if (element === undefined) return 0;
    if (rest[0] === EARLY_DATA) {
      const integer = contentOf(element.content)?.content ?? Buffer.alloc(0);
      return integer.reduce((value, octet) => value * 256 + octet, 0);
    }
    rest = rest.subarray(element.length);
  }
  return 0;
}

/** The first element of DER, with how many octets it takes. */
function contentOf(der: Buffer): { readonly content: Buffer; readonly length: number } | undefined {
  const first = der[1];
  if (first === undefined) return undefined;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const size = octets === 0 ? first : octets <= 4 && der.length >= 2 + octets ? der.readUIntBE(2, octets) : undefined;
  if (size === undefined || 2 + octets + size > der.length) return undefined;
  return { content: der.subarray(2 + octets, 2 + octets + size), length: 2 + octets + size };
}
