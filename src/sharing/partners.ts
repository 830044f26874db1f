import { type Edit, put } from './edit.ts';
import { partnerEntry } from './entries.ts';
import { checkEntry } from './hub-file.ts';
import { identityFaults } from './identity.ts';
import { knownPartner, refused, refuseProblems } from './known.ts';
import { type Agreement, ANONYMOUS, type Catalogue, type Credential, credentialName, type Partner } from './model.ts';

/** @throws {AppError} config.invalid */
export function addPartner(catalogue: Catalogue, partner: Partner): Edit {
  const { name } = partner;
  if (name === ANONYMOUS)
    throw refused(`"${ANONYMOUS}" is the built-in partner of callers without credentials; it needs no adding.`);
  if (catalogue.partner.has(name))
    throw refused(`There is a partner "${name}" already; "entente partner change ${name}" changes it.`);
  return putPartner(catalogue, partner);
}

/** @throws {AppError} config.invalid, not-found */
export function changePartner(catalogue: Catalogue, name: string, change: (now: Partner) => Partner): Edit {
  return putPartner(catalogue, change(knownPartner(catalogue, name)));
}

/**
 * @param cascade takes its feeds, agreements and credentials along
 * @throws {AppError} config.invalid when it has some, not-found
 */
export function removePartner(catalogue: Catalogue, name: string, cascade: boolean): Edit {
  knownPartner(catalogue, name);
  const agreements = agreementsOf(catalogue, name).map((agreement) => agreement.name);
  const credentials = credentialsOf(catalogue, name).map(credentialName);
  const feeds = [...catalogue.feed.values()].flatMap(({ value }) => (value.partner === name ? [value.name] : []));
  const has = [
    ...feeds.map((feed) => `feed ${feed}`),
    ...agreements.map((agreement) => `agreement ${agreement}`),
    ...credentials.map((credential) => `credential ${credential}`),
  ];
  if (has.length > 0 && !cascade)
    throw refused(
      `The partner "${name}" still has: ${has.join(', ')}. Remove these first, or add --cascade to remove them with it.`,
    );
  return {
    changes: [
      ...feeds.map((feed) => ({ remove: 'feed', name: feed }) as const),
      ...agreements.map((agreement) => ({ remove: 'agreement', name: agreement }) as const),
      ...credentials.map((credential) => ({ remove: 'credential', name: credential }) as const),
      { remove: 'partner', name },
    ],
  };
}

export function agreementsOf(catalogue: Catalogue, partner: string): Agreement[] {
  return [...catalogue.agreement.values()].flatMap(({ value }) => (value.partner === partner ? [value] : []));
}

export function credentialsOf(catalogue: Catalogue, partner: string): Credential[] {
  return [...catalogue.credential.values()].flatMap(({ value }) =>
    'partner' in value.owner && value.owner.partner === partner ? [value] : [],
  );
}

function putPartner(catalogue: Catalogue, partner: Partner): Edit {
  const subject = `The partner "${partner.name}"`;
  refuseProblems(subject, checkEntry('partner', partnerEntry(partner)));
  if (typeof partner.identity === 'object')
    refuseProblems(
      subject,
      identityFaults(partner.identity).map((message) => ({ path: ['identity'], message })),
    );
  return { changes: [put(catalogue, 'partner', partner)] };
}
