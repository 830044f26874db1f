import { SCO_TYPES } from '../object-key.ts';

/** Relationship types between any two objects, and between two objects of one type. Source: STIX 2.1 §3.7 */
export const ANY_TO_ANY: ReadonlySet<string> = new Set(['related-to']);
export const SAME_TYPE: ReadonlySet<string> = new Set(['derived-from', 'duplicate-of']);

const VICTIMS = 'identity location vulnerability';
const VICTIMS_AND_SYSTEMS = 'identity infrastructure location vulnerability';
const MEANS = 'attack-pattern infrastructure malware tool';
const ADDRESSES = 'ipv4-addr ipv6-addr domain-name url';

/** Relationship types that a source type has, with the target types. Source: STIX 2.1 §4, §6, tables of each type */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'attack-pattern': { delivers: 'malware', targets: VICTIMS, uses: 'malware tool' },
  campaign: {
    'attributed-to': 'intrusion-set threat-actor',
    compromises: 'infrastructure',
    'originates-from': 'location',
    targets: VICTIMS,
    uses: MEANS,
  },
  'course-of-action': {
    investigates: 'indicator',
    mitigates: 'attack-pattern indicator malware tool vulnerability',
    remediates: 'malware vulnerability',
  },
  identity: { 'located-at': 'location' },
  indicator: {
    indicates: 'attack-pattern campaign infrastructure intrusion-set malware threat-actor tool',
    'based-on': 'observed-data',
  },
  infrastructure: {
    'communicates-with': `infrastructure ${ADDRESSES}`,
    'consists-of': `infrastructure observed-data ${SCO_TYPES.join(' ')}`,
    controls: 'infrastructure malware',
    delivers: 'malware',
    has: 'vulnerability',
    hosts: 'tool malware',
    'located-at': 'location',
    uses: 'infrastructure',
  },
  'intrusion-set': {
    'attributed-to': 'threat-actor',
    compromises: 'infrastructure',
    hosts: 'infrastructure',
    owns: 'infrastructure',
    'originates-from': 'location',
    targets: VICTIMS,
    uses: MEANS,
  },
  malware: {
    'authored-by': 'threat-actor intrusion-set',
    'beacons-to': 'infrastructure',
    'exfiltrates-to': 'infrastructure',
    'communicates-with': ADDRESSES,
    controls: 'malware',
    downloads: 'malware tool file',
    drops: 'malware tool file',
    exploits: 'vulnerability',
    'originates-from': 'location',
    targets: VICTIMS_AND_SYSTEMS,
    uses: MEANS,
    'variant-of': 'malware',
  },
  'malware-analysis': {
    characterizes: 'malware',
    'analysis-of': 'malware',
    'av-analysis-of': 'malware',
    'static-analysis-of': 'malware',
    'dynamic-analysis-of': 'malware',
  },
  'threat-actor': {
    'attributed-to': 'identity',
    impersonates: 'identity',
    compromises: 'infrastructure',
    hosts: 'infrastructure',
    owns: 'infrastructure',
    'located-at': 'location',
    targets: VICTIMS,
    uses: MEANS,
  },
  tool: {
    delivers: 'malware',
    drops: 'malware',
    has: 'vulnerability',
    targets: VICTIMS_AND_SYSTEMS,
    uses: 'infrastructure',
  },
  'domain-name': { 'resolves-to': 'domain-name ipv4-addr ipv6-addr' },
  'ipv4-addr': { 'resolves-to': 'mac-addr', 'belongs-to': 'autonomous-system' },
  'ipv6-addr': { 'resolves-to': 'mac-addr', 'belongs-to': 'autonomous-system' },
};

/** By source type and relationship type, the target types. */
export const RELATIONSHIPS: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> = new Map(
  Object.entries(TABLE).map(([source, types]) => [
    source,
    new Map(Object.entries(types).map(([type, targets]) => [type, new Set(targets.split(' '))])),
  ]),
);
