import { createHash } from 'node:crypto';
import { formatMicros, type Micros } from '../time.ts';

/**
 * A year of invented threat data until now, as records: what `entente demo` fills its hub with, so that trends, graphs and
 * arrivals have something to show. Every name, address and domain in it is made up or reserved for documentation.
 */
export function* demoYear(now: Micros): Generator<string, void, undefined> {
  const start = now - WEEKS * WEEK;
  const known = knownObjects(start);
  for (const [i, object] of known.all.entries()) yield record(start + i * 1_000_000, object);
  for (let week = 0; week < WEEKS; week++) {
    const at = start + week * WEEK + DAY;
    const objects = weekOf(known, week, at);
    for (const [i, object] of objects.entries()) yield record(at + Math.floor((i * 6 * DAY) / objects.length), object);
  }
}

type StixObject = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const DAY: Micros = 86_400_000_000;
const WEEK: Micros = 7 * DAY;
const WEEKS = 52;

const TLP = {
  clear: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
} as const;

const PRODUCER = idOf('identity', 'producer');

const MALWARE = [
  'Saltmarsh',
  'Copperline',
  'Nightferry',
  'Quillback',
  'Ashen Gate',
  'Lanternfish',
  'Driftwood',
  'Ravelin',
];
const KINDS = ['ransomware', 'trojan', 'backdoor', 'downloader'];
const ACTORS = ['Grey Harrier', 'Iron Sandpiper', 'Pale Jackdaw', 'Winter Rook'];
const TECHNIQUES = [
  ['T1566.001', 'Spearphishing attachment', 'initial-access'],
  ['T1566.002', 'Spearphishing link', 'initial-access'],
  ['T1059.001', 'PowerShell', 'execution'],
  ['T1486', 'Data encrypted for impact', 'impact'],
  ['T1021.001', 'Remote desktop', 'lateral-movement'],
  ['T1078', 'Valid accounts', 'persistence'],
  ['T1041', 'Exfiltration over the command channel', 'exfiltration'],
] as const;
const COUNTRIES = [
  ['DE', 'Germany', 'western-europe'],
  ['FR', 'France', 'western-europe'],
  ['NL', 'Netherlands', 'western-europe'],
  ['PL', 'Poland', 'eastern-europe'],
  ['SE', 'Sweden', 'northern-europe'],
  ['ES', 'Spain', 'southern-europe'],
] as const;
const SECTORS = [
  ['Hospitals', 'healthcare'],
  ['Freight operators', 'transportation'],
  ['Local government', 'government-local'],
  ['Manufacturers', 'manufacturing'],
] as const;
const FLAWS = ['CVE-2026-10001', 'CVE-2026-10002', 'CVE-2026-10003'];

interface Known {
  readonly all: readonly StixObject[];
  readonly malware: readonly StixObject[];
  readonly techniques: readonly StixObject[];
  readonly places: readonly StixObject[];
  readonly victims: readonly StixObject[];
  readonly flaws: readonly StixObject[];
}

/** What the weeks are about. */
function knownObjects(at: Micros): Known {
  const made = (type: string, name: string, more: object, tlp: keyof typeof TLP = 'green'): StixObject =>
    common(type, name, at, tlp, { name, ...more });
  const malware = MALWARE.map((name, i) =>
    made(
      'malware',
      name,
      {
        malware_types: [KINDS[i % KINDS.length]],
        is_family: true,
        first_seen: millis(at),
        description: `${name} reaches its victims by mail and stays until it is paid or found.`,
      },
      i % 4 === 3 ? 'amber' : 'green',
    ),
  );
  const actors = ACTORS.map((name) =>
    made('intrusion-set', name, { resource_level: 'organization', primary_motivation: 'personal-gain' }, 'amber'),
  );
  const techniques = TECHNIQUES.map(([id, name, phase]) =>
    made('attack-pattern', name, {
      external_references: [{ source_name: 'mitre-attack', external_id: id }],
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: phase }],
    }),
  );
  const places = COUNTRIES.map(([country, name, region]) => made('location', name, { country, region }, 'clear'));
  const victims = SECTORS.map(([name, sector]) =>
    made('identity', name, { identity_class: 'class', sectors: [sector] }, 'clear'),
  );
  const flaws = FLAWS.map((name) =>
    made('vulnerability', name, { external_references: [{ source_name: 'cve', external_id: name }] }, 'clear'),
  );
  const producer = {
    ...common('identity', 'producer', at, 'clear', { name: 'Harbour Watch', identity_class: 'organization' }),
    created_by_ref: PRODUCER,
  };
  const uses = malware.flatMap((one, i) => [
    link('uses', actors[i % actors.length] as StixObject, one, at, 'amber'),
    link('uses', one, techniques[i % techniques.length] as StixObject, at, 'green'),
    link('uses', one, techniques[(i * 3 + 1) % techniques.length] as StixObject, at, 'green'),
  ]);
  const all = [producer, ...malware, ...actors, ...techniques, ...places, ...victims, ...flaws, ...uses];
  return { all, malware, techniques, places, victims, flaws };
}

/** Campaigns come and go: each family has its season. */
function weekOf({ malware, techniques, places, victims, flaws }: Known, week: number, at: Micros): StixObject[] {
  const random = sequence(week + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const active = malware.filter(
    (_, i) => Math.sin((week / WEEKS) * 2 * Math.PI * (1 + i / 8) + i) > random() * 0.9 - 0.1,
  );
  const objects: StixObject[] = [];
  for (const family of active) {
    const key = `${week} ${family.id}`;
    const tlp = pick(['green', 'green', 'amber', 'clear'] as const);
    const indicator = common('indicator', key, at, tlp, {
      name: `${String(family.name)} command server, week ${week + 1}`,
      indicator_types: [pick(['malicious-activity', 'malicious-activity', 'compromised'])],
      pattern: patternOf(random, week),
      pattern_type: 'stix',
      valid_from: millis(at),
    });
    objects.push(
      indicator,
      link('indicates', indicator, family, at, tlp),
      common('sighting', key, at, tlp, {
        sighting_of_ref: family.id,
        first_seen: millis(at),
        last_seen: millis(at + Math.floor(random() * 3 * DAY)),
        count: 1 + Math.floor(random() * 9),
        where_sighted_refs: [pick(victims).id],
      }),
      link('targets', family, pick(places), at, tlp, key),
      link('targets', family, pick(victims), at, tlp, key),
    );
    if (random() < 0.5) objects.push(link('exploits', family, pick(flaws), at, tlp, key));
    if (random() < 0.4) objects.push(link('uses', family, pick(techniques), at, tlp, key));
  }
  if (week % 4 === 3 && active.length > 0)
    objects.push(
      common('report', `report ${week}`, at, 'green', {
        name: `What was seen in weeks ${week - 2} to ${week + 1}`,
        report_types: ['threat-report'],
        published: millis(at),
        object_refs: [...active.map(({ id }) => id), pick(techniques).id, pick(places).id],
      }),
    );
  return objects;
}

function patternOf(random: () => number, week: number): string {
  const kind = random();
  const octet = 1 + Math.floor(random() * 250);
  if (kind < 0.4) return `[ipv4-addr:value = '203.0.113.${octet}']`;
  if (kind < 0.75) return `[domain-name:value = 'post-${week}-${octet}.example']`;
  const hash = createHash('sha256').update(`${week} ${octet}`).digest('hex');
  return `[file:hashes.'SHA-256' = '${hash}']`;
}

function link(kind: string, from: StixObject, to: StixObject, at: Micros, tlp: keyof typeof TLP, key = ''): StixObject {
  return common('relationship', `${kind} ${from.id} ${to.id} ${key}`, at, tlp, {
    relationship_type: kind,
    source_ref: from.id,
    target_ref: to.id,
  });
}

function common(type: string, key: string, at: Micros, tlp: keyof typeof TLP, more: object): StixObject {
  return {
    type,
    spec_version: '2.1',
    id: type === 'identity' && key === 'producer' ? PRODUCER : idOf(type, key),
    created_by_ref: PRODUCER,
    created: millis(at),
    modified: millis(at),
    ...more,
    object_marking_refs: [TLP[tlp]],
  };
}

/** The same at each start, in the form of a random one. */
function idOf(type: string, key: string): string {
  const hex = createHash('sha256').update(`demo ${type} ${key}`).digest('hex');
  return `${type}--${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function millis(at: Micros): string {
  return new Date(Math.floor(at / 1000)).toISOString();
}

function record(at: Micros, object: StixObject): string {
  return `${JSON.stringify({ date_added: formatMicros(at), object })}\n`;
}

/** Numbers from 0 to 1 that look like chance. */
function sequence(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
