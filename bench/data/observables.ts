import { observableId } from './ids.ts';
import type { StixObject } from './object.ts';
import { hex, int, pick, type Random } from './random.ts';
import { slug } from './words.ts';

export const OBSERVABLE_TYPES = ['ipv4-addr', 'domain-name', 'file', 'url'] as const;
export type ObservableType = (typeof OBSERVABLE_TYPES)[number];

export function isObservable(type: string): type is ObservableType {
  return (OBSERVABLE_TYPES as readonly string[]).includes(type);
}

/** An odd multiplier: different indexes give different addresses. */
const SCATTER = 2_654_435_761n;

/**
 * A cyber observable, its values and so its id a function of its index: no two of a type are equal.
 * @param random the sequence of its values
 */
export function observable(type: ObservableType, index: number, random: Random): StixObject {
  switch (type) {
    case 'ipv4-addr':
      return ofValue(type, addressAt(index));
    case 'domain-name':
      return ofValue(type, hostAt(index, random));
    case 'url':
      return ofValue(type, `https://${hostAt(index, random)}/${slug(random)}/${slug(random)}.html?session=${index}`);
    case 'file':
      return fileAt(random);
  }
}

function ofValue(type: ObservableType, value: string): StixObject {
  return { type, spec_version: '2.1', id: observableId(type, JSON.stringify({ value })), value };
}

function addressAt(index: number): string {
  const bits = Number((BigInt(index) * SCATTER) & 0xffff_ffffn);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

function hostAt(index: number, random: Random): string {
  return `${slug(random)}-${index.toString(36)}.${pick(random, ['example', 'example.org', 'example.net'])}`;
}

function fileAt(random: Random): StixObject {
  const md5 = hex(random, 32);
  const name = `${slug(random)}.${pick(random, ['exe', 'dll', 'docm', 'iso', 'js'])}`;
  // Of the hashes only the first counts for the id. Source: STIX 2.1 §6.7.1
  return {
    type: 'file',
    spec_version: '2.1',
    id: observableId('file', JSON.stringify({ hashes: { MD5: md5 }, name })),
    hashes: { MD5: md5, 'SHA-1': hex(random, 40), 'SHA-256': hex(random, 64) },
    size: 1024 + int(random, 8_000_000),
    name,
  };
}
