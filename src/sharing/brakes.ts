import type { HubDocument } from './hub-document.ts';
import type { Wanted } from './hub-entities.ts';
import type { Catalogue, Credential } from './model.ts';
import { credentialName } from './model.ts';

type WantedAgreement = Extract<Wanted, { put: 'agreement' }>;

/**
 * Suspensions and revocations by hand hold until they are lifted by hand: a hub file that does not speak of them, applied
 * at the next start perhaps, must not let anybody in again.
 */
export class Brakes {
  readonly warnings: string[] = [];
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** A file that says `suspended: false` resumes the agreement. */
  keepSuspension(change: WantedAgreement, document: HubDocument): WantedAgreement {
    const { name } = change.value;
    const said = document.agreements?.find((entry) => entry.name === name)?.suspended !== undefined;
    if (said || this.#catalogue.agreement.get(name)?.value.suspended === undefined) return change;
    this.warnings.push(
      `agreement "${name}" stays suspended: "entente agreement resume ${name}" or "suspended: false" in the file ends that`,
    );
    return { ...change, value: { ...change.value, suspended: true } };
  }

  keepRevocation(credential: Credential): Credential {
    const name = credentialName(credential);
    if (this.#catalogue.credential.get(name)?.value.disabled === undefined) return credential;
    this.warnings.push(`credential ${name} stays revoked: "entente credential enable ${name}" ends that`);
    return { ...credential, disabled: true };
  }
}
