import { credentialState, ownerText } from '../sharing/credentials.ts';
import { type Catalogue, type Credential, credentialName } from '../sharing/model.ts';
import type { Micros } from '../time.ts';
import { madeBy } from './administer.ts';
import { table } from './table.ts';

export function credentialTable(catalogue: Catalogue, credentials: readonly Credential[], now: Micros): string[] {
  return table(
    ['CREDENTIAL', 'OF', 'STATE', 'CREATED', 'EXPIRES', 'MADE BY'],
    credentials.map((credential) => [
      credentialName(credential),
      ownerText(credential.owner),
      credentialState(credential, now),
      credential.created ?? '-',
      credential.expires ?? 'never',
      originOf(catalogue, credential),
    ]),
  );
}

/** All that may be told: no hash. */
export function credentialDocument(catalogue: Catalogue, credential: Credential, now: Micros): Record<string, unknown> {
  const { kind, owner, created, expires, requires } = credential;
  return {
    name: credentialName(credential),
    kind,
    ...owner,
    state: credentialState(credential, now),
    created: created ?? null,
    expires: expires ?? null,
    ...(requires === undefined ? {} : { requires }),
    made_by: originOf(catalogue, credential),
  };
}

function originOf(catalogue: Catalogue, credential: Credential): string {
  return madeBy(catalogue.credential.get(credentialName(credential))?.origin ?? 'hand');
}
