/** What trends are counted by, as docs/trends.md defines it. */

/** In the order of their numbers, which are stored: only ever appended to. */
export const DIMENSIONS = [
  'type',
  'source',
  'indicator-type',
  'observable',
  'malware',
  'tool',
  'intrusion-set',
  'threat-actor',
  'campaign',
  'attack-pattern',
  'kill-chain-phase',
  'vulnerability',
  'infrastructure',
  'country',
  'region',
  'sector',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Dimensions that count objects; all others count mentions of objects of one type. */
export type ObjectDimension = 'type' | 'source' | 'indicator-type' | 'observable';
export type MentionDimension = Exclude<Dimension, ObjectDimension>;

/** The type of the objects that a dimension counts mentions of. */
export const NAMED_TYPE: Readonly<Record<MentionDimension, string>> = {
  malware: 'malware',
  tool: 'tool',
  'intrusion-set': 'intrusion-set',
  'threat-actor': 'threat-actor',
  campaign: 'campaign',
  'attack-pattern': 'attack-pattern',
  'kill-chain-phase': 'attack-pattern',
  vulnerability: 'vulnerability',
  infrastructure: 'infrastructure',
  country: 'location',
  region: 'location',
  sector: 'identity',
};

/** Dimensions of names, which aliases may merge. */
export const ALIASED: ReadonlySet<Dimension> = new Set([
  'malware',
  'tool',
  'intrusion-set',
  'threat-actor',
  'campaign',
  'attack-pattern',
  'infrastructure',
]);

export function isMentionDimension(dimension: Dimension): dimension is MentionDimension {
  return dimension in NAMED_TYPE;
}

export function dimensionNumber(dimension: Dimension): number {
  return DIMENSIONS.indexOf(dimension);
}

export const PERIODS = ['day', 'week', 'month'] as const;
export type PeriodUnit = (typeof PERIODS)[number];

/** Whose day counts: that of the event, or that on which the hub added it. */
export type TimeBasis = 'event' | 'arrival';
