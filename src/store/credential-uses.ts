import type { Micros } from '../time.ts';

/** When credentials were last used: for whoever looks for those that nobody needs, not for deciding anything. */
export interface CredentialUses {
  /** Keeps the later instant of each credential, by `credentialName`; what is no credential (any more) is left out. */
  note(uses: ReadonlyMap<string, Micros>): Promise<void>;
  all(): Promise<ReadonlyMap<string, Micros>>;
}
