import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../stix/json.ts';
import { type Answer, describeAnswer, objectsOf, stringOf } from './answer.ts';
import type { Ask, Session } from './session.ts';

/** How long the suite waits for a pending status, at most. */
const POLLS = 60;
const POLL_MS = 250;

export interface Pushed {
  /** To the POST. */
  readonly answer: Answer;
  /** The status once it was complete, or as it last was. */
  readonly status: JsonObject;
  /** Every answer with the status, that to the POST first. */
  readonly polls: readonly Answer[];
}

/** Posts objects into a collection, remembers to delete them, and waits until their status is complete. */
export async function push(
  session: Session,
  collectionUrl: string,
  objects: readonly unknown[],
  ask: Ask = {},
): Promise<Pushed> {
  for (const object of objects) remember(session, object);
  const answer = await session.request('POST', `${collectionUrl}objects/`, { body: { objects }, ...ask });
  const polls = [answer];
  const id = stringOf(answer.body.id);
  const root = collectionUrl.slice(0, collectionUrl.indexOf('collections/'));
  for (let poll = 0; poll < POLLS && id !== '' && polls.at(-1)?.body.status === 'pending'; poll++) {
    if (poll > 0) await sleep(POLL_MS);
    polls.push(await session.request('GET', `${root}status/${id}/`));
  }
  return { answer, status: polls.at(-1)?.body ?? {}, polls };
}

function remember(session: Session, object: unknown): void {
  const id = (object as { id?: unknown } | null)?.id;
  if (typeof id === 'string' && id.includes('--')) session.willPost(id);
}

/** Whether a push stored all that was in it. */
export function allStored({ answer, status }: Pushed): boolean {
  return (
    answer.status === 202 &&
    status.status === 'complete' &&
    status.failure_count === 0 &&
    status.success_count === status.total_count
  );
}

/** What a server says about objects that it did not take. */
export function refusalOf({ answer, status }: Pushed): string {
  const [failure] = objectsOf(status.failures);
  return failure === undefined ? describeAnswer(answer) : stringOf(failure.message) || 'a failure without a message';
}

/** Requests in a row without an answer after which the rest is given up. */
const PATIENCE = 3;

/** Deletes all that the run has posted. @returns the ids that may be left */
export async function cleanUp(session: Session, collectionUrl: string): Promise<string[]> {
  session.unbounded = true;
  const left = new Set(session.posted);
  let silent = 0;
  for (const id of session.posted) {
    const { status } = await session.request('DELETE', `${collectionUrl}objects/${id}/`);
    if (status === 200 || status === 404) left.delete(id);
    silent = status === 0 ? silent + 1 : 0;
    if (silent === PATIENCE) break;
  }
  return [...left];
}
