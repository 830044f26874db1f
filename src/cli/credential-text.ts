import { credentialState, ownerText } from '../sharing/credentials.ts';
import { type Catalogue, type Credential, credentialName } from '../sharing/model.ts';
import type { Store } from '../store/store.ts';
import { formatMicros, type Micros } from '../time.ts';
import { madeBy } from './administer.ts';
import { table } from './table.ts';

/** The catalogue, and when credentials were last used. */
export interface Credentials {
  readonly catalogue: Catalogue;
  readonly uses: ReadonlyMap<string, Micros>;
}

export async function loadCredentials(store: Store): Promise<Credentials> {
  return { catalogue: await store.catalogue.load(), uses: await store.credentialUses.all() };
}

export function credentialTable(
  { catalogue, uses }: Credentials,
  credentials: readonly Credential[],
  now: Micros,
): string[] {
  return table(
    ['CREDENTIAL', 'OF', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'MADE BY'],
    credentials.map((credential) => [
      credentialName(credential),
      ownerText(credential.owner),
      credentialState(credential, now),
      credential.created ?? '-',
      credential.expires ?? 'never',
      minuteOf(uses.get(credentialName(credential))),
      originOf(catalogue, credential),
    ]),
  );
}

/** All that may be told: no hash. */
export function credentialDocument(
  { catalogue, uses }: Credentials,
  credential: Credential,
  now: Micros,
): Record<string, unknown> {
  const used = uses.get(credentialName(credential));
  const { kind, owner, created, expires, requires } = credential;
  return {
    name: credentialName(credential),
    kind,
    ...owner,
    state: credentialState(credential, now),
    created: created ?? null,
    expires: expires ?? null,
    last_used: used === undefined ? null : formatMicros(used),
    ...(requires === undefined ? {} : { requires }),
    made_by: originOf(catalogue, credential),
  };
}

/** As exact as it is known: `2026-01-31T08:15Z`. */
function minuteOf(at: Micros | undefined): string {
  return at === undefined ? 'never' : `${formatMicros(at).slice(0, 16)}Z`;
}

function originOf(catalogue: Catalogue, credential: Credential): string {
  return madeBy(catalogue.credential.get(credentialName(credential))?.origin ?? 'hand');
}
