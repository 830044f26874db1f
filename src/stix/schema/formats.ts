import { timestampKey } from '../../time.ts';

/** Why a text does not have a format; the message gets the text as findings show it. */
export interface Fault {
  readonly rule: string;
  readonly message: (shown: string) => string;
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/;
const BROKEN_PERCENT = /%(?:[0-9A-Fa-f]?[^0-9A-Fa-f]|[0-9A-Fa-f]?$)/;
const BASE64 = /^[0-9a-zA-Z+/]*={0,2}$/;
const HEX = /^[0-9a-f]*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const PREFIX = /^(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

const fault = (rule: string, expected: string): Fault => ({ rule, message: (shown) => `${shown} ${expected}` });

const MALFORMED_TIME = fault(
  'timestamp-format',
  'is not a timestamp in UTC such as "2024-01-31T12:00:00.000Z" (capital T and Z, no offset).',
);
const IMPOSSIBLE_TIME = fault('timestamp-calendar', 'is no day and time that exists.');
const RELATIVE_URI = fault('uri-format', 'is not a URI: it has no scheme such as "https:".');
const MALFORMED_URI = fault(
  'uri-format',
  'is not a URI: it has characters that RFC 3986 does not allow; write them percent-encoded.',
);
const MALFORMED_BASE64 = fault('binary-format', 'is not base64 with its padding.');
const MALFORMED_HEX = fault('hex-format', 'is not an even number of the digits 0-9 and a-f.');
const MALFORMED_IPV6 = fault(
  'ip-address',
  'is not an IPv6 address or a block in CIDR notation, such as "2001:db8::1" or "2001:db8::/32".',
);

/**
 * Formats by their name in a schema; undefined when the text has it. All take time in proportion to the text, and none
 * repeats a group, for which the engine would keep something for each repetition and give up on a text of some MiB.
 */
export const FORMATS: Readonly<Record<string, (text: string) => Fault | undefined>> = {
  /** Source: STIX 2.1 §2.16 */
  'date-time': (text) => {
    if (timestampKey(text) !== undefined) return undefined;
    return TIMESTAMP.test(text) ? IMPOSSIBLE_TIME : MALFORMED_TIME;
  },
  /** Source: RFC 3986 */
  uri: (text) => {
    if (URI.test(text) && !BROKEN_PERCENT.test(text)) return undefined;
    return SCHEME.test(text) ? MALFORMED_URI : RELATIVE_URI;
  },
  /** Source: RFC 4648 §4 */
  base64: (text) => (isBase64(text) ? undefined : MALFORMED_BASE64),
  /** Source: STIX 2.1 §2.8 */
  hex: (text) => (isHex(text) ? undefined : MALFORMED_HEX),
  /** Source: STIX 2.1 §6.9 */
  'ipv6-block': (text) => {
    const [address = '', prefix, ...rest] = text.split('/', 3);
    const sound = rest.length === 0 && (prefix === undefined || PREFIX.test(prefix)) && isIpv6(address);
    return sound ? undefined : MALFORMED_IPV6;
  },
};

/** Whether a text is base64 with its padding; that of no octets is empty. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text);
}

/** Whether a text has two lower-case hexadecimal digits for each of any number of octets. */
export function isHex(text: string): boolean {
  return text.length % 2 === 0 && HEX.test(text);
}

const MAX_IPV6_LENGTH = 45;

/** Source: RFC 4291 §2.2 */
function isIpv6(text: string): boolean {
  if (text.length > MAX_IPV6_LENGTH) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const dotted = last.includes('.') && (groups.at(-1)?.length ?? 0) > 0;
  if (dotted && !IPV4.test(last)) return false;
  if (!(dotted ? all.slice(0, -1) : all).every((group) => GROUP.test(group))) return false;
  const count = all.length + (dotted ? 1 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}
