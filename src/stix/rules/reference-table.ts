import type { ObjectClass } from './classes.ts';

/** What a reference may name: certain types, or every type of certain classes. */
export interface Targets {
  readonly types?: readonly string[];
  readonly classes?: readonly ObjectClass[];
  /** How a message says it, where the types and classes do not read well. */
  readonly words?: string;
}

/** A property that holds a reference or a list of them. */
export interface Reference {
  /** The rule that checks it. */
  readonly id: string;
  readonly section: string;
  /** Types that have it; absent: every type. */
  readonly types?: readonly string[];
  /** Names from the object down, joined with dots; `*` stands for every item of a list. */
  readonly path: string;
  readonly targets: Targets;
}

const ANY: Targets = {
  classes: ['domain', 'relationship', 'observable', 'meta'],
  words: 'a STIX object, not a bundle',
};
const OBSERVABLE: Targets = { classes: ['observable'], words: 'a cyber observable' };
const END: Targets = { classes: ['domain', 'observable'], words: 'a domain object or a cyber observable' };

function only(...types: string[]): Targets {
  return { types };
}

/** Source: STIX 2.1 §3.2, §4 to §7 */
export const REFERENCES: readonly Reference[] = [
  { id: 'created-by-type', section: 'STIX 2.1 §3.2', path: 'created_by_ref', targets: only('identity') },
  {
    id: 'object-marking-type',
    section: 'STIX 2.1 §3.2',
    path: 'object_marking_refs',
    targets: only('marking-definition'),
  },
  {
    id: 'granular-marking-type',
    section: 'STIX 2.1 §7.2.3',
    path: 'granular_markings.*.marking_ref',
    targets: only('marking-definition'),
  },
  row('object-refs-type', '4', ['grouping', 'note', 'opinion', 'report'], 'object_refs', ANY),
  row('malware-operating-system-type', '4.11.1', ['malware'], 'operating_system_refs', only('software')),
  row('malware-sample-type', '4.11.1', ['malware'], 'sample_refs', only('file', 'artifact')),
  row('analysis-host-vm-type', '4.12.1', ['malware-analysis'], 'host_vm_ref', only('software')),
  row('analysis-operating-system-type', '4.12.1', ['malware-analysis'], 'operating_system_ref', only('software')),
  row('analysis-installed-software-type', '4.12.1', ['malware-analysis'], 'installed_software_refs', only('software')),
  row('analysis-observable-type', '4.12.1', ['malware-analysis'], 'analysis_sco_refs', OBSERVABLE),
  row(
    'analysis-sample-type',
    '4.12.1',
    ['malware-analysis'],
    'sample_ref',
    only('file', 'network-traffic', 'artifact'),
  ),
  row('observed-data-refs-type', '4.14.1', ['observed-data'], 'object_refs', {
    classes: ['observable', 'relationship'],
    words: 'a cyber observable or a relationship object',
  }),
  row('relationship-source-type', '5.1.2', ['relationship'], 'source_ref', END),
  row('relationship-target-type', '5.1.2', ['relationship'], 'target_ref', END),
  row('sighting-of-type', '5.2.1', ['sighting'], 'sighting_of_ref', { classes: ['domain'], words: 'a domain object' }),
  row('sighting-observed-data-type', '5.2.1', ['sighting'], 'observed_data_refs', only('observed-data')),
  row('sighting-where-type', '5.2.1', ['sighting'], 'where_sighted_refs', only('identity', 'location')),
  row('language-content-object-type', '7.1.1', ['language-content'], 'object_ref', ANY),
  row('directory-contains-type', '6.3.1', ['directory'], 'contains_refs', only('file', 'directory')),
  row(
    'domain-name-resolves-to-type',
    '6.4.1',
    ['domain-name'],
    'resolves_to_refs',
    only('ipv4-addr', 'ipv6-addr', 'domain-name'),
  ),
  row('email-addr-belongs-to-type', '6.5.1', ['email-addr'], 'belongs_to_ref', only('user-account')),
  row('email-from-type', '6.6.1', ['email-message'], 'from_ref', only('email-addr')),
  row('email-sender-type', '6.6.1', ['email-message'], 'sender_ref', only('email-addr')),
  row('email-to-type', '6.6.1', ['email-message'], 'to_refs', only('email-addr')),
  row('email-cc-type', '6.6.1', ['email-message'], 'cc_refs', only('email-addr')),
  row('email-bcc-type', '6.6.1', ['email-message'], 'bcc_refs', only('email-addr')),
  row('email-raw-type', '6.6.1', ['email-message'], 'raw_email_ref', only('artifact')),
  row('email-body-part-type', '6.6.2', ['email-message'], 'body_multipart.*.body_raw_ref', only('artifact', 'file')),
  row('file-parent-directory-type', '6.7.1', ['file'], 'parent_directory_ref', only('directory')),
  row('file-content-type', '6.7.1', ['file'], 'content_ref', only('artifact')),
  row('file-contains-type', '6.7.1', ['file'], 'contains_refs', OBSERVABLE),
  row('archive-contains-type', '6.7.2', ['file'], 'extensions.archive-ext.contains_refs', only('file', 'directory')),
  row('address-resolves-to-type', '6.8.1', ['ipv4-addr', 'ipv6-addr'], 'resolves_to_refs', only('mac-addr')),
  row('address-belongs-to-type', '6.8.1', ['ipv4-addr', 'ipv6-addr'], 'belongs_to_refs', only('autonomous-system')),
  row(
    'network-traffic-source-type',
    '6.12.1',
    ['network-traffic'],
    'src_ref',
    only('ipv4-addr', 'ipv6-addr', 'mac-addr', 'domain-name'),
  ),
  row(
    'network-traffic-destination-type',
    '6.12.1',
    ['network-traffic'],
    'dst_ref',
    only('ipv4-addr', 'ipv6-addr', 'mac-addr', 'domain-name'),
  ),
  row('network-traffic-source-payload-type', '6.12.1', ['network-traffic'], 'src_payload_ref', only('artifact')),
  row('network-traffic-destination-payload-type', '6.12.1', ['network-traffic'], 'dst_payload_ref', only('artifact')),
  row('network-traffic-encapsulates-type', '6.12.1', ['network-traffic'], 'encapsulates_refs', only('network-traffic')),
  row(
    'network-traffic-encapsulated-by-type',
    '6.12.1',
    ['network-traffic'],
    'encapsulated_by_ref',
    only('network-traffic'),
  ),
  row(
    'http-message-body-type',
    '6.12.2',
    ['network-traffic'],
    'extensions.http-request-ext.message_body_data_ref',
    only('artifact'),
  ),
  row('process-connection-type', '6.13.1', ['process'], 'opened_connection_refs', only('network-traffic')),
  row('process-creator-type', '6.13.1', ['process'], 'creator_user_ref', only('user-account')),
  row('process-image-type', '6.13.1', ['process'], 'image_ref', only('file')),
  row('process-parent-type', '6.13.1', ['process'], 'parent_ref', only('process')),
  row('process-child-type', '6.13.1', ['process'], 'child_refs', only('process')),
  row('service-dll-type', '6.13.3', ['process'], 'extensions.windows-service-ext.service_dll_refs', only('file')),
  row('registry-creator-type', '6.17.1', ['windows-registry-key'], 'creator_user_ref', only('user-account')),
];

function row(id: string, section: string, types: readonly string[], path: string, targets: Targets): Reference {
  return { id, section: `STIX 2.1 §${section}`, types, path, targets };
}
