import { isObject, type Json, type JsonObject } from '../json.ts';
import { show } from '../schema/words.ts';

const POSITION = /^\[(0|[1-9]\d{0,9})\]$/;

/**
 * Why a selector of a granular marking leads nowhere in the object; undefined when it leads somewhere, or is no text.
 * Source: STIX 2.1 §7.2.3.1
 */
export function unresolved(object: JsonObject, selector: Json | undefined): string | undefined {
  if (typeof selector !== 'string') return undefined;
  let value: Json | undefined = object;
  for (const step of selector.split('.')) {
    const position = POSITION.exec(step);
    if (Array.isArray(value)) {
      if (!position)
        return `${show(selector)} leads nowhere: ${show(step)} stands at a list, where a position such as [0] is expected.`;
      const list: readonly Json[] = value;
      const index = Number(position[1]);
      if (index >= list.length)
        return `${show(selector)} leads nowhere: the list has no position ${index}, only ${list.length}.`;
      value = list[index];
    } else if (isObject(value)) {
      if (!Object.hasOwn(value, step)) return `${show(selector)} leads nowhere: there is no ${show(step)}.`;
      value = value[step];
    } else {
      return `${show(selector)} leads nowhere: ${show(step)} goes into a value that has no parts.`;
    }
  }
  return undefined;
}
