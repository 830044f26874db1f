import { isIPv4, isIPv6 } from 'node:net';

/** An IPv6 address with an IPv4 tail has 45 characters, a prefix length four more. */
const LONGEST_NETWORK = 49;

/** The version of an IP address or CIDR block; undefined when the text is neither. Source: STIX 2.1 §6.8, §6.9 */
export function networkVersion(text: string): 4 | 6 | undefined {
  if (text.length > LONGEST_NETWORK || text.includes('%')) return undefined;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (version === undefined || slash < 0) return version;
  const prefix = text.slice(slash + 1);
  const fits = /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
  return fits ? version : undefined;
}
