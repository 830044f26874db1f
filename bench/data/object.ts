import type { Json } from '../../src/stix/json.ts';

export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly [name: string]: Json;
}
