import { SCO_TYPES, SDO_TYPES, SRO_TYPES } from '../object-key.ts';

/** The common properties of each class. Source: STIX 2.1 §3.2 */
const EVERY = 'type id spec_version object_marking_refs granular_markings';
const OBSERVABLE = `${EVERY} extensions defanged`;
const DEFINITION = `${EVERY} created_by_ref created external_references`;
const VERSIONED = `${DEFINITION} modified revoked labels confidence lang extensions`;

/** The own properties of each type. Source: STIX 2.1 §4 to §8 */
const OWN: Readonly<Record<string, string>> = {
  'attack-pattern': 'name description aliases kill_chain_phases',
  campaign: 'name description aliases first_seen last_seen objective',
  'course-of-action': 'name description',
  grouping: 'name description context object_refs',
  identity: 'name description roles identity_class sectors contact_information',
  incident: 'name description',
  indicator:
    'name description indicator_types pattern pattern_type pattern_version valid_from valid_until kill_chain_phases',
  infrastructure: 'name description infrastructure_types aliases kill_chain_phases first_seen last_seen',
  'intrusion-set':
    'name description aliases first_seen last_seen goals resource_level primary_motivation secondary_motivations',
  location:
    'name description latitude longitude precision region country administrative_area city street_address postal_code',
  malware:
    'name description malware_types is_family aliases kill_chain_phases first_seen last_seen operating_system_refs architecture_execution_envs implementation_languages capabilities sample_refs',
  'malware-analysis':
    'product version host_vm_ref operating_system_ref installed_software_refs configuration_version modules analysis_engine_version analysis_definition_version submitted analysis_started analysis_ended result_name result analysis_sco_refs sample_ref',
  note: 'abstract content authors object_refs',
  'observed-data': 'first_observed last_observed number_observed objects object_refs',
  opinion: 'explanation authors opinion object_refs',
  report: 'name description report_types published object_refs',
  'threat-actor':
    'name description threat_actor_types aliases first_seen last_seen roles goals sophistication resource_level primary_motivation secondary_motivations personal_motivations',
  tool: 'name description tool_types aliases kill_chain_phases tool_version',
  vulnerability: 'name description',
  relationship: 'relationship_type description source_ref target_ref start_time stop_time',
  sighting: 'description first_seen last_seen count sighting_of_ref observed_data_refs where_sighted_refs summary',
  artifact: 'mime_type payload_bin url hashes encryption_algorithm decryption_key',
  'autonomous-system': 'number name rir',
  directory: 'path path_enc ctime mtime atime contains_refs',
  'domain-name': 'value resolves_to_refs',
  'email-addr': 'value display_name belongs_to_ref',
  'email-message':
    'is_multipart date content_type from_ref sender_ref to_refs cc_refs bcc_refs message_id subject received_lines additional_header_fields body body_multipart raw_email_ref',
  file: 'hashes size name name_enc magic_number_hex mime_type ctime mtime atime parent_directory_ref contains_refs content_ref',
  'ipv4-addr': 'value resolves_to_refs belongs_to_refs',
  'ipv6-addr': 'value resolves_to_refs belongs_to_refs',
  'mac-addr': 'value',
  mutex: 'name',
  'network-traffic':
    'start end is_active src_ref dst_ref src_port dst_port protocols src_byte_count dst_byte_count src_packets dst_packets ipfix src_payload_ref dst_payload_ref encapsulates_refs encapsulated_by_ref',
  process:
    'is_hidden pid created_time cwd command_line environment_variables opened_connection_refs creator_user_ref image_ref parent_ref child_refs',
  software: 'name cpe swid languages vendor version',
  url: 'value',
  'user-account':
    'user_id credential account_login account_type display_name is_service_account is_privileged can_escalate_privs is_disabled account_created account_expires credential_last_changed account_first_login account_last_login',
  'windows-registry-key': 'key values modified_time creator_user_ref number_of_subkeys',
  'x509-certificate':
    'is_self_signed hashes version serial_number signature_algorithm issuer validity_not_before validity_not_after subject subject_public_key_algorithm subject_public_key_modulus subject_public_key_exponent x509_v3_extensions',
  'extension-definition': 'name description schema version extension_types extension_properties',
  'language-content': 'object_ref object_modified contents',
  'marking-definition': 'name definition_type definition',
};

const ALTERNATE_DATA_STREAM = 'name hashes size';
const PE_OPTIONAL_HEADER =
  'magic_hex major_linker_version minor_linker_version size_of_code size_of_initialized_data size_of_uninitialized_data address_of_entry_point base_of_code base_of_data image_base section_alignment file_alignment major_os_version minor_os_version major_image_version minor_image_version major_subsystem_version minor_subsystem_version win32_version_value_hex size_of_image size_of_headers checksum_hex subsystem_hex dll_characteristics_hex size_of_stack_reserve size_of_stack_commit size_of_heap_reserve size_of_heap_commit loader_flags_hex number_of_rva_and_sizes hashes';
const X509_V3_EXTENSIONS =
  'basic_constraints name_constraints policy_constraints key_usage extended_key_usage subject_key_identifier authority_key_identifier subject_alternative_name issuer_alternative_name subject_directory_attributes crl_distribution_points inhibit_any_policy private_key_usage_period_not_before private_key_usage_period_not_after certificate_policies policy_mappings';

/** A place inside an object that the standard gives properties; `*` stands for every item of a list. */
export interface Place {
  readonly steps: readonly string[];
  readonly properties: ReadonlySet<string>;
}

const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'email-message': { 'body_multipart.*': 'body body_raw_ref content_type content_disposition' },
  file: {
    'extensions.archive-ext': 'contains_refs comment',
    'extensions.ntfs-ext': 'sid alternate_data_streams',
    'extensions.ntfs-ext.alternate_data_streams.*': ALTERNATE_DATA_STREAM,
    'extensions.pdf-ext': 'version is_optimized document_info_dict pdfid0 pdfid1',
    'extensions.raster-image-ext': 'image_height image_width bits_per_pixel exif_tags',
    'extensions.windows-pebinary-ext':
      'pe_type imphash machine_hex number_of_sections time_date_stamp pointer_to_symbol_table_hex number_of_symbols size_of_optional_header characteristics_hex file_header_hashes optional_header sections',
    'extensions.windows-pebinary-ext.optional_header': PE_OPTIONAL_HEADER,
    'extensions.windows-pebinary-ext.sections.*': 'name size entropy hashes',
  },
  'network-traffic': {
    'extensions.http-request-ext':
      'request_method request_value request_version request_header message_body_length message_body_data_ref',
    'extensions.icmp-ext': 'icmp_type_hex icmp_code_hex',
    'extensions.socket-ext':
      'address_family is_blocking is_listening options socket_type socket_descriptor socket_handle',
    'extensions.tcp-ext': 'src_flags_hex dst_flags_hex',
  },
  process: {
    'extensions.windows-process-ext':
      'aslr_enabled dep_enabled priority owner_sid window_title startup_info integrity_level',
    'extensions.windows-service-ext':
      'service_name descriptions display_name group_name start_type service_dll_refs service_type service_status',
  },
  'user-account': {
    'extensions.unix-account-ext': 'gid groups home_dir shell',
  },
  'windows-registry-key': { 'values.*': 'name data data_type' },
  'x509-certificate': { x509_v3_extensions: X509_V3_EXTENSIONS },
};

const EVERYWHERE: Readonly<Record<string, string>> = {
  'external_references.*': 'source_name description url hashes external_id',
  'kill_chain_phases.*': 'kill_chain_name phase_name',
  'granular_markings.*': 'lang marking_ref selectors',
};

/** The property names of each type of the standard, the common ones of its class included. */
export const PROPERTIES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...[...SDO_TYPES, ...SRO_TYPES].map((type) => [type, names(VERSIONED, OWN[type])] as const),
  ...SCO_TYPES.map((type) => [type, names(OBSERVABLE, OWN[type])] as const),
  ['extension-definition', names(DEFINITION, 'modified revoked labels', OWN['extension-definition'])] as const,
  [
    'language-content',
    names(DEFINITION, 'modified revoked labels confidence extensions', OWN['language-content']),
  ] as const,
  ['marking-definition', names(DEFINITION, 'extensions', OWN['marking-definition'])] as const,
  ['bundle', names('type id objects')] as const,
]);

/** The common properties of all classes; an object that has nothing else says nothing. Source: STIX 2.1 §3.2 */
export const COMMON_PROPERTIES: ReadonlySet<string> = names(VERSIONED, 'defanged');

/** The names of the predefined extensions of each type. Source: STIX 2.1 §6 */
export const PREDEFINED_EXTENSIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(PLACES).map(([type, places]) => [
    type,
    new Set(Object.keys(places).flatMap((path) => /^extensions\.([a-z0-9-]+)$/.exec(path)?.[1] ?? [])),
  ]),
);

/** The places inside objects of a type that have properties of the standard. */
export function placesOf(type: string): readonly Place[] {
  return BY_TYPE.get(type) ?? [];
}

const BY_TYPE: ReadonlyMap<string, readonly Place[]> = new Map(
  [...PROPERTIES.keys()].map((type) => {
    const properties = PROPERTIES.get(type);
    const own = Object.hasOwn(PLACES, type) ? Object.entries(PLACES[type] ?? {}) : [];
    const common = Object.entries(EVERYWHERE).filter(([path]) => properties?.has(path.slice(0, path.indexOf('.'))));
    return [type, [...own, ...common].map(([path, list]) => ({ steps: path.split('.'), properties: names(list) }))];
  }),
);

function names(...lists: (string | undefined)[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list?.split(' ') ?? []));
}
