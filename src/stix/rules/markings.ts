import { isObject, type Json } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import type { Rule } from './rule.ts';
import { unresolved } from './selectors.ts';

/** Source: TLP 2.0 as OASIS publishes it with the STIX common objects */
const TLP_2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';

export const MARKING_RULES: readonly Rule[] = [
  {
    id: 'marking-of-itself',
    section: 'STIX 2.1 §3.2',
    severity: 'error',
    types: ['marking-definition'],
    summary: 'A marking definition does not mark itself, nor parts of itself.',
    hint: 'Leave the reference out, or use another marking definition.',
    check({ id, object_marking_refs: whole, granular_markings: parts }, report) {
      if (typeof id !== 'string') return;
      if (Array.isArray(whole)) {
        const index = whole.indexOf(id);
        if (index >= 0) report(`/object_marking_refs/${index}`, 'The marking definition refers to itself.');
      }
      if (!Array.isArray(parts)) return;
      for (let index = 0; index < parts.length; index++) {
        const part: Json = parts[index];
        if (!isObject(part) || part.marking_ref !== id) continue;
        if (!report(`/granular_markings/${index}/marking_ref`, 'The marking definition refers to itself.')) return;
      }
    },
  },
  {
    id: 'marking-kind',
    section: 'STIX 2.1 §7.2.1',
    severity: 'warning',
    types: ['marking-definition'],
    summary: 'The `definition_type` is `statement` or `tlp`; other kinds of markings are extensions.',
    hint: 'Define the marking with an extension instead.',
    check({ definition_type: kind }, report) {
      if (typeof kind !== 'string' || kind === 'statement' || kind === 'tlp') return;
      report(
        '/definition_type',
        `${show(kind)} is no kind of marking that the standard defines; expected "statement", "tlp" or an extension.`,
      );
    },
  },
  {
    id: 'tlp-2-definition',
    section: 'STIX 2.1 §7.2.1.4',
    severity: 'warning',
    types: ['marking-definition'],
    summary: 'A TLP 2.0 marking is one of the five definitions that OASIS publishes with the STIX common objects.',
    hint: 'Refer to the published definition of the colour.',
    check({ id, extensions }, report) {
      const extension = isObject(extensions) ? extensions[TLP_2_EXTENSION] : undefined;
      if (!isObject(extension) || typeof id !== 'string') return;
      const colour = extension.tlp_2_0;
      if (typeof colour !== 'string' || TLP_2_IDS.get(colour) === id) return;
      const published = TLP_2_IDS.get(colour);
      report(
        '/id',
        `TLP 2.0 ${show(colour)} is not published under this id${published === undefined ? '' : `; expected ${published}`}.`,
      );
    },
  },
  {
    id: 'selector-without-target',
    section: 'STIX 2.1 §7.2.3',
    severity: 'error',
    summary: 'Each selector of a granular marking leads to something that is in the object.',
    hint: 'Correct the selector; list positions count from 0 and stand in brackets, such as `labels.[0]`.',
    check(object, report) {
      const { granular_markings: markings } = object;
      if (!Array.isArray(markings)) return;
      for (let index = 0; index < markings.length; index++) {
        const marking: Json = markings[index];
        const selectors = isObject(marking) ? marking.selectors : undefined;
        if (!Array.isArray(selectors)) continue;
        for (let position = 0; position < selectors.length; position++) {
          const reason = unresolved(object, selectors[position]);
          const path = pointer(['granular_markings', index, 'selectors', position]);
          if (reason !== undefined && !report(path, reason)) return;
        }
      }
    },
  },
];

const TLP_2_IDS: ReadonlyMap<string, string> = new Map([
  ['clear', 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487'],
  ['green', 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb'],
  ['amber', 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421'],
  ['amber+strict', 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003'],
  ['red', 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1'],
]);
