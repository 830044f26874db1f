import {
  COLLECTIONS,
  type CollectionName,
  CREDENTIALS,
  type GrantRow,
  LEVELS,
  type Level,
  MARKINGS,
  type MarkingName,
  type Meaning,
  type ObjectRow,
  type Rules,
  STATES,
  type State,
  TIMES,
} from './table.ts';

/** What the table comes to: a second opinion on every decision of the hub, which shares no code with it. */

export type Right = 'allowed' | 'forbidden' | 'hidden';

/** A version of an object by its number, from 1. */
export interface Version {
  readonly name: string;
  readonly number: number;
}

/** The most closed marking of any part decides; where nothing speaks of TLP, what the collection says of that. */
export function levelOf(marking: MarkingName, collection: CollectionName): number {
  const rules: Rules = COLLECTIONS[collection];
  const means: readonly Meaning[] = MARKINGS[marking].means;
  const levels = means.flatMap((meaning): Level[] => {
    if (meaning === 'statement') return [];
    return [meaning === 'unknown' ? rules.unknown : meaning];
  });
  const silent = means.includes('statement') ? (rules.statement ?? rules.unmarked) : rules.unmarked;
  return Math.max(...(levels.length === 0 ? [silent] : levels).map((level) => LEVELS.indexOf(level)));
}

export class Partner {
  readonly state: State;
  readonly grants: readonly GrantRow[];

  constructor(name: string) {
    this.state = STATES[name] as State;
    this.grants = this.state.agreements
      .filter(({ time }) => TIMES[time].inForce)
      .flatMap((agreement) => agreement.grants);
    if (this.isOperator) this.grants = [{ read: true, write: true, ceiling: 'red', delete: 'any' }];
  }

  get isOperator(): boolean {
    return this.state.who === 'operator';
  }

  get isNobody(): boolean {
    return this.state.who === 'nobody';
  }

  /** Whether it is let in at all. */
  get signsIn(): boolean {
    const { who = 'its password' } = this.state;
    return who === 'nobody' || who === 'operator' || CREDENTIALS[who].counts;
  }

  get read(): Right {
    return this.#right((grant) => grant.read);
  }

  get write(): Right {
    return this.#right((grant) => grant.write);
  }

  /** Deletion needs both rights; with neither it looks as if nothing were there. */
  get remove(): Right {
    const rights = [this.read, this.write].filter((right) => right === 'allowed').length;
    if (rights === 0) return 'hidden';
    return rights === 2 && this.#deleters.length > 0 ? 'allowed' : 'forbidden';
  }

  get isListed(): boolean {
    return this.grants.length > 0;
  }

  #right(has: (grant: GrantRow) => boolean): Right {
    if (this.grants.some(has)) return 'allowed';
    return this.grants.length > 0 ? 'forbidden' : 'hidden';
  }

  mayWrite(type: string, marking: MarkingName, collection: CollectionName): boolean {
    return admitted(
      this.grants.filter((grant) => grant.write),
      type,
      levelOf(marking, collection),
    );
  }

  /** Versions it sees, by number: the newest version governs, and an earlier one needs admission of its own too. */
  visible(row: ObjectRow, collection: CollectionName): number[] {
    return this.#seenBy(
      this.grants.filter((grant) => grant.read),
      row,
      collection,
    );
  }

  /** Of what it sees, the versions that it may delete. */
  deletable(row: ObjectRow, collection: CollectionName, own: boolean): number[] {
    if (this.remove !== 'allowed') return [];
    const grants = this.#deleters.filter((grant) => own || grant.delete === 'any');
    return this.#seenBy(grants, row, collection);
  }

  get #deleters(): readonly GrantRow[] {
    return this.grants.filter((grant) => grant.read && grant.delete !== 'none');
  }

  #seenBy(grants: readonly GrantRow[], { type, versions }: ObjectRow, collection: CollectionName): number[] {
    const admits = (marking: MarkingName | undefined): boolean =>
      marking !== undefined && admitted(grants, type, levelOf(marking, collection));
    if (!admits(versions.at(-1))) return [];
    return versions.flatMap((marking, i) => (admits(marking) ? [i + 1] : []));
  }
}

function admitted(grants: readonly GrantRow[], type: string, level: number): boolean {
  return grants.some((grant) => (grant.types?.includes(type) ?? true) && level <= LEVELS.indexOf(grant.ceiling));
}

/** The status of a request by the right that it needs. */
export function statusBy(partner: Partner, right: Right, allowed: number): number {
  if (!partner.signsIn) return 401;
  if (right === 'allowed') return allowed;
  if (partner.isNobody) return 401;
  return right === 'hidden' ? 404 : 403;
}
