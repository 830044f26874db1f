import { hash } from 'node:crypto';
import { hex, type Random } from './random.ts';

/** Namespace of the deterministic ids of cyber observables. Source: STIX 2.1 §2.9 */
const NAMESPACE = Buffer.from('00abedb4aa42466c9c01fed23315a9b7', 'hex').toString('latin1');

/** A version 4 UUID. */
export function uuid4(random: Random): string {
  return withVersion(hex(random, 32), '4');
}

/**
 * The id of a cyber observable.
 * @param name its contributing properties as canonical JSON: keys sorted, no spaces
 * Source: STIX 2.1 §2.9, RFC 8785, RFC 9562 §5.5
 */
export function observableId(type: string, name: string): string {
  const text = NAMESPACE + Buffer.from(name, 'utf8').toString('latin1');
  return `${type}--${withVersion(hash('sha1', Buffer.from(text, 'latin1'), 'hex').slice(0, 32), '5')}`;
}

function withVersion(digits: string, version: string): string {
  const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${version}${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}
