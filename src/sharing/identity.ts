import { validate } from '../stix/validate.ts';

/** What keeps a value from being the identity object of a partner, one fault each, with its JSON Pointer. */
export function identityFaults(value: unknown): string[] {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (type !== 'identity') return [`expected a STIX object of the type "identity", found ${JSON.stringify(type)}`];
  return validate(value)
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
}
