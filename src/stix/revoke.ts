import { timestampKey } from '../time.ts';
import { isObject, type Json } from './json.ts';
import { memberSpans } from './locate.ts';
import { SCO_TYPES } from './object-key.ts';

/** Cyber observables and marking definitions are never revised, whatever properties they may have. Source: STIX 2.1 §3.6 */
const UNVERSIONED: ReadonlySet<string> = new Set([...SCO_TYPES, 'marking-definition']);

/**
 * The text of an object's next version, which revokes it: `modified` and `revoked` are set, everything else stays as it
 * is, octet by octet.
 * @param json the text of its newest version, an object without a member twice
 * @returns undefined when the object has no versions that could be revoked
 * Source: STIX 2.1 §3.2, §3.6
 */
export function revokedText(json: string, modified: string): string | undefined {
  const value = JSON.parse(json) as Json;
  if (!isObject(value) || typeof value.modified !== 'string' || UNVERSIONED.has(String(value.type))) return undefined;
  const members = memberSpans(json, json.indexOf('{'));
  const spanOf = (name: string) => members.find((member) => member.name === name);
  const time = spanOf('modified');
  const revoked = spanOf('revoked');
  if (time === undefined) return undefined;
  const edits = [
    { start: time.start, end: time.end, text: JSON.stringify(modified) },
    revoked === undefined
      ? { start: time.end, end: time.end, text: ',"revoked":true' }
      : { start: revoked.start, end: revoked.end, text: 'true' },
  ].sort((a, b) => b.start - a.start);
  return edits.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), json);
}

/**
 * A version of now, or one just later than the newest where that lies ahead.
 * @param newest its ordered key (see time.ts)
 * @param now milliseconds since 1970
 */
export function nextModified(newest: string, now: number): string {
  const wall = new Date(now).toISOString();
  if ((timestampKey(wall) as string) > newest) return wall;
  const second = Date.parse(`${newest.slice(0, 17)}00Z`) + (Number(newest.slice(17, 19)) + 1) * 1000;
  if (second <= LAST_SECOND) return new Date(second).toISOString();
  // Behind the last second that there is, one more digit is later.
  return `${newest}${newest.includes('.') ? '' : '.'}1Z`;
}

const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z');
