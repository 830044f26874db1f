/**
 * The property extension of our trend reports. Its definition says the same at every hub, so its id is fixed, and so is the
 * identity of who defined it. schemas/extensions/ holds its JSON Schema.
 */
export const TREND_EXTENSION = 'extension-definition--cd5230ba-4229-4a11-ab86-4251342399eb';

const AUTHOR = 'identity--51b59f5b-0360-4d1a-a7df-2fd9743588ae';
const DEFINED = '2026-11-25T00:00:00.000Z';
const TLP_CLEAR = 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487';

const COMMON = {
  spec_version: '2.1',
  created: DEFINED,
  modified: DEFINED,
  object_marking_refs: [TLP_CLEAR],
};

/** The objects that define the extension; they never change under this version. */
export const EXTENSION_OBJECTS = [
  {
    type: 'identity',
    id: AUTHOR,
    ...COMMON,
    name: 'Entente',
    description: 'The program that computes and publishes trends.',
    identity_class: 'system',
  },
  {
    type: 'extension-definition',
    id: TREND_EXTENSION,
    ...COMMON,
    created_by_ref: AUTHOR,
    name: 'Trend figures of a report',
    description:
      'How often each malware, technique, country and the like was counted in a period, with its change from the period before and from the mean of the last eight.',
    schema: `JSON Schema (2020-12): schemas/extensions/${TREND_EXTENSION}.json of Entente.`,
    version: '1.0.0',
    extension_types: ['property-extension'],
  },
] as const;
