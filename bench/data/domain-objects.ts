import type { Json } from '../../src/stix/json.ts';
import type { Type } from './layout.ts';
import type { ObservableType } from './observables.ts';
import { pattern } from './patterns.ts';
import { chance, int, pick, pickSome, type Random } from './random.ts';
import { codeName, prose } from './words.ts';

export type DomainType = Exclude<Type, ObservableType>;

/** What an object is made from. */
export interface Making {
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** The id of some object of a type. */
  readonly ref: (type: Type) => string;
}

type Properties = Readonly<Record<string, Json>>;

const HOUR_MS = 3_600_000;
const PHASES = ['reconnaissance', 'delivery', 'exploitation', 'installation', 'command-and-control'];
const RELATIONSHIPS: readonly (readonly [Type, string, Type])[] = [
  ['indicator', 'indicates', 'malware'],
  ['indicator', 'indicates', 'malware'],
  ['indicator', 'indicates', 'threat-actor'],
  ['indicator', 'based-on', 'observed-data'],
  ['malware', 'uses', 'attack-pattern'],
  ['malware', 'targets', 'identity'],
  ['malware', 'exploits', 'vulnerability'],
  ['malware', 'communicates-with', 'domain-name'],
  ['malware', 'drops', 'file'],
  ['threat-actor', 'uses', 'malware'],
  ['threat-actor', 'located-at', 'location'],
  ['domain-name', 'resolves-to', 'ipv4-addr'],
];

/** The properties of its own type. */
export const PROPERTIES: Readonly<Record<DomainType, (making: Making) => Properties>> = {
  indicator: ({ random, createdMs }) => ({
    name: codeName(random),
    description: prose(random, 1 + int(random, 3)),
    indicator_types: [pick(random, ['malicious-activity', 'anomalous-activity', 'compromised', 'attribution'])],
    pattern: pattern(random, createdMs),
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: iso(createdMs),
    ...(chance(random, 0.7) ? { valid_until: iso(createdMs + (30 + int(random, 300)) * 24 * HOUR_MS) } : {}),
    ...(chance(random, 0.4)
      ? {
          kill_chain_phases: [
            { kill_chain_name: 'lockheed-martin-cyber-kill-chain', phase_name: pick(random, PHASES) },
          ],
        }
      : {}),
  }),
  relationship: ({ random, ref }) => {
    const [source, type, target] = pick(random, RELATIONSHIPS);
    return {
      relationship_type: type,
      ...(chance(random, 0.5) ? { description: prose(random, 1 + int(random, 2)) } : {}),
      source_ref: ref(source),
      target_ref: ref(target),
    };
  },
  malware: ({ random, createdMs }) => ({
    name: codeName(random),
    description: prose(random, 2 + int(random, 6)),
    malware_types: pickSome(random, ['backdoor', 'downloader', 'ransomware', 'remote-access-trojan', 'worm'], 2),
    is_family: chance(random, 0.3),
    aliases: [codeName(random), codeName(random)],
    first_seen: iso(createdMs - 90 * 24 * HOUR_MS),
    last_seen: iso(createdMs),
    implementation_languages: [pick(random, ['c++', 'go', 'powershell', 'rust'])],
  }),
  vulnerability: ({ random, createdMs }) => {
    const year = new Date(createdMs).getUTCFullYear();
    const cve = `CVE-${year}-${10_000 + int(random, 90_000)}`;
    return {
      name: cve,
      description: prose(random, 2 + int(random, 3)),
      external_references: [{ source_name: 'cve', external_id: cve }],
    };
  },
  sighting: ({ random, createdMs, ref }) => ({
    first_seen: iso(createdMs - int(random, 72) * HOUR_MS),
    last_seen: iso(createdMs),
    count: 1 + int(random, 500),
    sighting_of_ref: ref('indicator'),
    observed_data_refs: [ref('observed-data')],
    where_sighted_refs: [ref('identity')],
  }),
  report: ({ random, createdMs, ref }) => ({
    name: `${codeName(random)}: what was seen and what to do`,
    description: prose(random, 8 + int(random, 20)),
    report_types: [pick(random, ['threat-report', 'malware', 'threat-actor', 'vulnerability'])],
    published: iso(createdMs),
    object_refs: Array.from({ length: 5 + int(random, 30) }, (_, i) => ref(i % 3 === 0 ? 'malware' : 'indicator')),
    external_references: [{ source_name: 'case file', external_id: `case-${int(random, 1_000_000)}` }],
  }),
  'attack-pattern': ({ random }) => {
    const capec = `CAPEC-${1 + int(random, 700)}`;
    return {
      name: codeName(random),
      description: prose(random, 3 + int(random, 5)),
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: pick(random, PHASES) }],
      external_references: [{ source_name: 'capec', external_id: capec }],
    };
  },
  'observed-data': ({ random, createdMs, ref }) => ({
    first_observed: iso(createdMs - 2 * HOUR_MS),
    last_observed: iso(createdMs - HOUR_MS),
    number_observed: 1 + int(random, 50),
    object_refs: [ref('ipv4-addr'), ref('domain-name'), ref('file')],
  }),
  note: ({ random, ref }) => ({
    abstract: codeName(random),
    content: prose(random, 3 + int(random, 6)),
    authors: ['Night shift', 'Liaison desk'],
    object_refs: [ref('malware'), ref('indicator')],
  }),
  identity: ({ random }) => ({
    name: `${codeName(random)} Group`,
    description: prose(random, 1),
    identity_class: 'organization',
    sectors: [pick(random, ['financial-services', 'energy', 'healthcare', 'education', 'manufacturing'])],
    contact_information: 'duty desk, day and night',
  }),
  'threat-actor': ({ random }) => ({
    name: codeName(random),
    description: prose(random, 4),
    threat_actor_types: [pick(random, ['crime-syndicate', 'criminal', 'spy'])],
    aliases: [codeName(random)],
    roles: ['agent'],
    sophistication: pick(random, ['minimal', 'intermediate', 'advanced']),
    resource_level: pick(random, ['individual', 'team', 'organization']),
    primary_motivation: 'personal-gain',
  }),
  location: ({ random }) => ({
    name: codeName(random),
    region: pick(random, ['northern-europe', 'western-africa', 'south-america']),
    country: pick(random, ['NL', 'SE', 'GH', 'BR']),
    latitude: Math.round(random() * 1200) / 10 - 60,
    longitude: Math.round(random() * 3000) / 10 - 150,
  }),
};

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
