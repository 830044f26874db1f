/** Records of what writes do, appended in the transaction that does it. */
import type { Entities, EntityKind, MarkingClass, Owner } from '../../sharing/model.ts';
import type { Micros } from '../../time.ts';
import type { AdminRecord, PushRecord, RemovalRecord } from '../ledger.ts';
import type { Batch, CatalogueChange, Outcome, Removal } from '../store.ts';

type Added = Record<string, Partial<Record<MarkingClass, number>>>;

export function pushRecord(batch: Batch, outcomes: readonly Outcome[], now: Micros): PushRecord {
  const { source, collection, objects, push, grounds } = batch;
  const added: Added = {};
  const counts = { present: 0, refused: 0 };
  let first: Micros | undefined;
  let last: Micros | undefined;
  for (const [i, outcome] of outcomes.entries()) {
    const object = objects[i];
    if (outcome.kind === 'present') counts.present += 1;
    else if (outcome.kind !== 'added') counts.refused += 1;
    else if (object !== undefined) {
      first ??= outcome.dateAdded;
      last = outcome.dateAdded;
      const ofType = Object.hasOwn(added, object.type) ? added[object.type] : undefined;
      const classes = ofType ?? {};
      classes[object.marking] = (classes[object.marking] ?? 0) + 1;
      if (ofType === undefined) Object.defineProperty(added, object.type, { value: classes, enumerable: true });
    }
  }
  const lines = push?.lines ?? [];
  return {
    kind: 'push',
    time: now,
    who: source,
    ...groundsOf(grounds),
    collection,
    ...(push === undefined ? {} : { push: push.id, ...(push.last ? { complete: true } : {}) }),
    ...(first === undefined || last === undefined ? {} : { first, last }),
    added,
    present: counts.present,
    refused: counts.refused + lines.filter((line) => 'refused' in line).length,
    warned: lines.filter((line) => 'object' in line && line.message !== undefined && isTaken(outcomes[line.object]))
      .length,
  };
}

function isTaken(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'added' || outcome?.kind === 'present';
}

function groundsOf(grounds: Batch['grounds']): Partial<NonNullable<Batch['grounds']>> {
  if (grounds === undefined) return {};
  const { agreements, credentials } = grounds;
  return {
    ...(credentials.length === 0 ? {} : { credentials }),
    ...(agreements.length === 0 ? {} : { agreements }),
  };
}

/** What was left of a push when it was given up. */
export function interruptionRecord(
  push: { readonly id: string; readonly collection: string; readonly owner: string },
  refused: number,
  now: Micros,
): PushRecord {
  const owner = JSON.parse(push.owner) as Owner;
  return {
    kind: 'push',
    time: now,
    who: 'partner' in owner ? `partner:${owner.partner}` : `operator:${owner.operator}`,
    collection: push.collection,
    push: push.id,
    complete: true,
    interrupted: true,
    added: {},
    present: 0,
    refused,
    warned: 0,
  };
}

export function removalRecord(removal: Removal, removedAt: readonly Micros[], now: Micros): RemovalRecord {
  const { by, collection, reason, select, verdict } = removal;
  const agreements = [...new Set(verdict.entries.flatMap(({ agreement }) => agreement ?? []))];
  const [object, another] = 'ids' in select ? select.ids : [];
  return {
    kind: 'removal',
    time: now,
    who: by,
    ...(agreements.length === 0 ? {} : { agreements }),
    reason,
    collection,
    ...(object === undefined || another !== undefined ? {} : { object }),
    count: removedAt.length,
    first: removedAt[0] ?? now,
    last: removedAt.at(-1) ?? now,
  };
}

/** Members of entities that nobody is shown. */
const SECRETS = ['passwordHash', 'tokenHash'];

/** @param before as it was stored */
export function adminRecord(
  change: CatalogueChange,
  name: string,
  before: Entities[EntityKind] | undefined,
  who: string,
  now: Micros,
): AdminRecord {
  const after = 'put' in change ? change.value : undefined;
  return {
    kind: 'admin',
    time: now,
    who,
    entity: 'put' in change ? change.put : change.remove,
    name,
    ...('put' in change ? { origin: change.origin } : {}),
    ...(before === undefined ? {} : { before: withoutSecrets(before) }),
    ...(after === undefined ? {} : { after: withoutSecrets(after) }),
    ...(secretOf(before) !== undefined && after !== undefined && secretOf(before) !== secretOf(after)
      ? { secret: 'changed' }
      : {}),
  };
}

function withoutSecrets(entity: object): object {
  return Object.fromEntries(Object.entries(entity).filter(([key]) => !SECRETS.includes(key)));
}

function secretOf(entity: object | undefined): string | undefined {
  return SECRETS.map((key) => (entity as Record<string, unknown> | undefined)?.[key]).find(
    (value) => typeof value === 'string',
  ) as string | undefined;
}
