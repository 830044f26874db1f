import { harmless } from '../observe/harmless.ts';
import { timestampKey } from '../time.ts';
import type { Status, StatusDetail } from './resources.ts';

interface Version {
  readonly id: string;
  readonly version: string;
}

/**
 * Why each of the versions that were sent failed; undefined for those that did not. Servers write versions in another way
 * than they were sent, and some say how many failed and not which: what may have failed counts as failed, since sending it
 * again does no harm.
 */
export function reasonsFor(sent: readonly Version[], status: Status): (string | undefined)[] {
  const failed = new Map(status.failures.map((detail) => [keyOf(detail), detail]));
  const versions = new Set(sent.map(keyOf));
  // Of a version that was not sent: it is meant for whatever was sent of its object.
  const strays = new Map(
    [...failed.values()].filter((detail) => !versions.has(keyOf(detail))).map((one) => [one.id, one]),
  );
  const reasons = sent.map((each) => {
    const detail = failed.get(keyOf(each)) ?? strays.get(each.id);
    return detail && harmless(detail.message ?? 'The other server did not say why.');
  });
  const named = reasons.filter((reason) => reason !== undefined).length;
  if (named >= status.failureCount) return reasons;
  const succeeded = new Set(status.successes.map(keyOf));
  const unnamed = `The other server says that ${status.failureCount} of ${status.total} objects failed and not which.`;
  return reasons.map((reason, i) => reason ?? (succeeded.has(keyOf(sent[i] as Version)) ? undefined : unnamed));
}

function keyOf({ id, version = '' }: StatusDetail): string {
  return `${id} ${timestampKey(version) ?? version}`;
}
