import type { SpecVersion } from '../sharing/model.ts';
import { isObject, type JsonObject } from './json.ts';

// The types of STIX 2.1, by class. Source: STIX 2.1 §4 to §7

export const SDO_TYPES = [
  'attack-pattern',
  'campaign',
  'course-of-action',
  'grouping',
  'identity',
  'incident',
  'indicator',
  'infrastructure',
  'intrusion-set',
  'location',
  'malware',
  'malware-analysis',
  'note',
  'observed-data',
  'opinion',
  'report',
  'threat-actor',
  'tool',
  'vulnerability',
] as const;

export const SRO_TYPES = ['relationship', 'sighting'] as const;

export const SCO_TYPES = [
  'artifact',
  'autonomous-system',
  'directory',
  'domain-name',
  'email-addr',
  'email-message',
  'file',
  'ipv4-addr',
  'ipv6-addr',
  'mac-addr',
  'mutex',
  'network-traffic',
  'process',
  'software',
  'url',
  'user-account',
  'windows-registry-key',
  'x509-certificate',
] as const;

export const META_TYPES = ['extension-definition', 'language-content', 'marking-definition'] as const;

const SCOS: ReadonlySet<string> = new Set(SCO_TYPES);
const OTHERS: ReadonlySet<string> = new Set([...SDO_TYPES, ...SRO_TYPES, ...META_TYPES]);

/** What identifies an object version. */
export interface ObjectKey {
  readonly id: string;
  readonly type: string;
  readonly specVersion: SpecVersion;
  /** `modified`, else `created`, as posted. */
  readonly version?: string;
}

/**
 * The key of an object whose top level is sound (a string `id` and `type`; what is missing is empty).
 * Source: STIX 2.1 §3.2, §3.6
 */
export function objectKey(value: JsonObject): ObjectKey {
  const id = typeof value.id === 'string' ? value.id : '';
  const type = typeof value.type === 'string' ? value.type : '';
  const specVersion = specVersionOf(value, type);
  const version = [value.modified, value.created].find((time) => typeof time === 'string');
  return version === undefined ? { id, type, specVersion } : { id, type, specVersion, version };
}

/**
 * Without `spec_version` a cyber observable is 2.1 and everything else 2.0. A custom object is a cyber observable when
 * an extension says so, or when it has neither `created` nor `modified`: every other class has `created`, in 2.0 too.
 */
function specVersionOf(value: JsonObject, type: string): SpecVersion {
  if (value.spec_version !== undefined) return value.spec_version === '2.0' ? '2.0' : '2.1';
  if (SCOS.has(type)) return '2.1';
  if (OTHERS.has(type)) return '2.0';
  const versioned = value.created !== undefined || value.modified !== undefined;
  return versioned && !isNewObservable(value) ? '2.0' : '2.1';
}

function isNewObservable({ extensions }: JsonObject): boolean {
  return (
    isObject(extensions) &&
    Object.values(extensions).some((extension) => isObject(extension) && extension.extension_type === 'new-sco')
  );
}
