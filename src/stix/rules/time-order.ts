import { timestampKey } from '../../time.ts';
import type { Json } from '../json.ts';
import type { Rule } from './rule.ts';

/** Two timestamps of an object of which the second may not be earlier than the first. */
interface Order {
  readonly id: string;
  readonly section: string;
  readonly types?: readonly string[];
  readonly first: string;
  readonly second: string;
  /** The second must be later, not just as late. */
  readonly strict?: true;
}

const SEEN = { first: 'first_seen', second: 'last_seen' };

const ORDERS: readonly Order[] = [
  { id: 'modified-before-created', section: 'STIX 2.1 §3.2', first: 'created', second: 'modified' },
  {
    id: 'last-seen-before-first-seen',
    section: 'STIX 2.1 §4',
    types: ['campaign', 'infrastructure', 'intrusion-set', 'malware', 'threat-actor'],
    ...SEEN,
  },
  { id: 'sighting-last-seen-before-first-seen', section: 'STIX 2.1 §5.2.1', types: ['sighting'], ...SEEN },
  {
    id: 'valid-until-not-after-valid-from',
    section: 'STIX 2.1 §4.7.1',
    types: ['indicator'],
    first: 'valid_from',
    second: 'valid_until',
    strict: true,
  },
  {
    id: 'last-observed-before-first-observed',
    section: 'STIX 2.1 §4.14.1',
    types: ['observed-data'],
    first: 'first_observed',
    second: 'last_observed',
  },
  {
    id: 'stop-time-not-after-start-time',
    section: 'STIX 2.1 §5.1.2',
    types: ['relationship'],
    first: 'start_time',
    second: 'stop_time',
    strict: true,
  },
  {
    id: 'network-traffic-end-before-start',
    section: 'STIX 2.1 §6.12.1',
    types: ['network-traffic'],
    first: 'start',
    second: 'end',
  },
];

/** The orders of times inside one object. Times compare as instants, at any precision. Source: STIX 2.1 §2.16 */
export const TIME_ORDER_RULES: readonly Rule[] = ORDERS.map(orderRule);

function orderRule({ id, section, types, first, second, strict }: Order): Rule {
  const relation = strict ? 'later than' : 'not earlier than';
  return {
    id,
    section,
    severity: 'error',
    ...(types && { types }),
    summary: `\`${second}\` is ${relation} \`${first}\`.`,
    hint: `Correct the two times${strict ? `, or leave \`${second}\` out` : ''}.`,
    check(object, report) {
      const from = object[first];
      const to = object[second];
      if (from === undefined || to === undefined || inOrder(from, to, strict === true)) return;
      report(
        `/${second}`,
        `${second} (${to}) must ${strict ? 'be later than' : 'not be earlier than'} ${first} (${from}).`,
      );
    },
  };
}

/** Also true when one of the two is no timestamp, which is another rule's finding. */
function inOrder(from: Json, to: Json, strict: boolean): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return true;
  // Timestamps of one length sort as the instants do.
  if (from.length === to.length && (strict ? from < to : from <= to)) return true;
  const earlier = timestampKey(from);
  const later = timestampKey(to);
  if (earlier === undefined || later === undefined) return true;
  return strict ? earlier < later : earlier <= later;
}
