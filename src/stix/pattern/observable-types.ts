import { ANYTHING, dictionary, type Named, object, type Shape, value } from './shapes.ts';

const HASHES = dictionary(value('hash'));
const STRINGS_BY_KEY = dictionary(value('string'));
const STRING_LISTS_BY_KEY = dictionary({ kind: 'list', items: value('string') });

const COMMON = `type:string id:string spec_version:string object_marking_refs:string[] granular_markings:markings[]
  defanged:boolean`;

const MARKING = object('lang:string marking_ref:string selectors:string[]');

/** An observable type: the common properties, its own, and its predefined extensions. */
function observable(description: string, named: Named = {}, extensions: Named = {}): Shape {
  return object(`${description} extensions:extensions ${COMMON}`, {
    markings: MARKING,
    hashes: HASHES,
    ...named,
    extensions: dictionary(ANYTHING, extensions),
  });
}

const FILE_EXTENSIONS: Named = {
  'archive-ext': object('contains_refs:>file|directory[] comment:string'),
  'ntfs-ext': object('sid:string alternate_data_streams:streams[]', {
    streams: object('name:string hashes:hashes size:integer', { hashes: HASHES }),
  }),
  'pdf-ext': object('version:string is_optimized:boolean document_info_dict:info pdfid0:string pdfid1:string', {
    info: STRINGS_BY_KEY,
  }),
  'raster-image-ext': object('image_height:integer image_width:integer bits_per_pixel:integer exif_tags:tags', {
    tags: dictionary(ANYTHING),
  }),
  'windows-pebinary-ext': object(
    `pe_type:string imphash:string machine_hex:hex number_of_sections:integer time_date_stamp:timestamp
     pointer_to_symbol_table_hex:hex number_of_symbols:integer size_of_optional_header:integer
     characteristics_hex:hex file_header_hashes:hashes optional_header:header sections:sections[]`,
    {
      hashes: HASHES,
      header: object(
        `magic_hex:hex major_linker_version:integer minor_linker_version:integer size_of_code:integer
         size_of_initialized_data:integer size_of_uninitialized_data:integer address_of_entry_point:integer
         base_of_code:integer base_of_data:integer image_base:integer section_alignment:integer
         file_alignment:integer major_os_version:integer minor_os_version:integer major_image_version:integer
         minor_image_version:integer major_subsystem_version:integer minor_subsystem_version:integer
         win32_version_value_hex:hex size_of_image:integer size_of_headers:integer checksum_hex:hex
         subsystem_hex:hex dll_characteristics_hex:hex size_of_stack_reserve:integer size_of_stack_commit:integer
         size_of_heap_reserve:integer size_of_heap_commit:integer loader_flags_hex:hex
         number_of_rva_and_sizes:integer hashes:hashes`,
        { hashes: HASHES },
      ),
      sections: object('name:string size:integer entropy:float hashes:hashes', { hashes: HASHES }),
    },
  ),
};

const TRAFFIC_EXTENSIONS: Named = {
  'http-request-ext': object(
    `request_method:string request_value:string request_version:string request_header:header
     message_body_length:integer message_body_data_ref:>artifact`,
    { header: STRING_LISTS_BY_KEY },
  ),
  'icmp-ext': object('icmp_type_hex:hex icmp_code_hex:hex'),
  'socket-ext': object(
    `address_family:string is_blocking:boolean is_listening:boolean options:options socket_type:string
     socket_descriptor:integer socket_handle:integer`,
    { options: dictionary(value('integer')) },
  ),
  'tcp-ext': object('src_flags_hex:hex dst_flags_hex:hex'),
};

const PROCESS_EXTENSIONS: Named = {
  'windows-process-ext': object(
    `aslr_enabled:boolean dep_enabled:boolean priority:string owner_sid:string window_title:string
     startup_info:info integrity_level:string`,
    { info: dictionary(ANYTHING) },
  ),
  'windows-service-ext': object(
    `service_name:string descriptions:string[] display_name:string group_name:string start_type:string
     service_dll_refs:>file[] service_type:string service_status:string`,
  ),
};

/** Every observable type of the standard with the structure of its properties. Source: STIX 2.1 §6 */
export const OBSERVABLE_TYPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    'artifact',
    observable(`mime_type:string payload_bin:binary url:string hashes:hashes encryption_algorithm:string
      decryption_key:string`),
  ],
  ['autonomous-system', observable('number:integer name:string rir:string')],
  [
    'directory',
    observable(`path:string path_enc:string ctime:timestamp mtime:timestamp atime:timestamp
      contains_refs:>file|directory[]`),
  ],
  ['domain-name', observable('value:string resolves_to_refs:>ipv4-addr|ipv6-addr|domain-name[]')],
  ['email-addr', observable('value:string display_name:string belongs_to_ref:>user-account')],
  [
    'email-message',
    observable(
      `is_multipart:boolean date:timestamp content_type:string from_ref:>email-addr sender_ref:>email-addr
       to_refs:>email-addr[] cc_refs:>email-addr[] bcc_refs:>email-addr[] message_id:string subject:string
       received_lines:string[] additional_header_fields:headers body:string body_multipart:parts[]
       raw_email_ref:>artifact`,
      {
        headers: STRING_LISTS_BY_KEY,
        parts: object('body:string body_raw_ref:>artifact|file content_type:string content_disposition:string'),
      },
    ),
  ],
  [
    'file',
    observable(
      `hashes:hashes size:integer name:string name_enc:string magic_number_hex:hex mime_type:string
       ctime:timestamp mtime:timestamp atime:timestamp parent_directory_ref:>directory contains_refs:>[]
       content_ref:>artifact`,
      {},
      FILE_EXTENSIONS,
    ),
  ],
  ['ipv4-addr', observable('value:string resolves_to_refs:>mac-addr[] belongs_to_refs:>autonomous-system[]')],
  ['ipv6-addr', observable('value:string resolves_to_refs:>mac-addr[] belongs_to_refs:>autonomous-system[]')],
  ['mac-addr', observable('value:string')],
  ['mutex', observable('name:string')],
  [
    'network-traffic',
    observable(
      `start:timestamp end:timestamp is_active:boolean src_ref:>ipv4-addr|ipv6-addr|mac-addr|domain-name
       dst_ref:>ipv4-addr|ipv6-addr|mac-addr|domain-name src_port:integer dst_port:integer protocols:string[]
       src_byte_count:integer dst_byte_count:integer src_packets:integer dst_packets:integer ipfix:ipfix
       src_payload_ref:>artifact dst_payload_ref:>artifact encapsulates_refs:>network-traffic[]
       encapsulated_by_ref:>network-traffic`,
      { ipfix: dictionary(ANYTHING) },
      TRAFFIC_EXTENSIONS,
    ),
  ],
  [
    'process',
    observable(
      `is_hidden:boolean pid:integer created_time:timestamp cwd:string command_line:string
       environment_variables:variables opened_connection_refs:>network-traffic[] creator_user_ref:>user-account
       image_ref:>file parent_ref:>process child_refs:>process[]`,
      { variables: STRINGS_BY_KEY },
      PROCESS_EXTENSIONS,
    ),
  ],
  ['software', observable('name:string cpe:string swid:string languages:string[] vendor:string version:string')],
  ['url', observable('value:string')],
  [
    'user-account',
    observable(
      `user_id:string credential:string account_login:string account_type:string display_name:string
       is_service_account:boolean is_privileged:boolean can_escalate_privs:boolean is_disabled:boolean
       account_created:timestamp account_expires:timestamp credential_last_changed:timestamp
       account_first_login:timestamp account_last_login:timestamp`,
      {},
      { 'unix-account-ext': object('gid:integer groups:string[] home_dir:string shell:string') },
    ),
  ],
  [
    'windows-registry-key',
    observable(
      `key:string values:values[] modified_time:timestamp creator_user_ref:>user-account
       number_of_subkeys:integer`,
      { values: object('name:string data:string data_type:string') },
    ),
  ],
  [
    'x509-certificate',
    observable(
      `is_self_signed:boolean hashes:hashes version:string serial_number:string signature_algorithm:string
       issuer:string validity_not_before:timestamp validity_not_after:timestamp subject:string
       subject_public_key_algorithm:string subject_public_key_modulus:string
       subject_public_key_exponent:integer x509_v3_extensions:v3`,
      {
        v3: object(
          `basic_constraints:string name_constraints:string policy_constraints:string key_usage:string
           extended_key_usage:string subject_key_identifier:string authority_key_identifier:string
           subject_alternative_name:string issuer_alternative_name:string subject_directory_attributes:string
           crl_distribution_points:string inhibit_any_policy:string private_key_usage_period_not_before:timestamp
           private_key_usage_period_not_after:timestamp certificate_policies:string policy_mappings:string`,
        ),
      },
    ),
  ],
]);

/** Types of the standard that a pattern cannot be about. Source: STIX 2.1 §4, §5, §7, §8 */
export const OTHER_TYPES: ReadonlySet<string> = new Set([
  'attack-pattern',
  'bundle',
  'campaign',
  'course-of-action',
  'extension-definition',
  'grouping',
  'identity',
  'incident',
  'indicator',
  'infrastructure',
  'intrusion-set',
  'language-content',
  'location',
  'malware',
  'malware-analysis',
  'marking-definition',
  'note',
  'observed-data',
  'opinion',
  'relationship',
  'report',
  'sighting',
  'threat-actor',
  'tool',
  'vulnerability',
]);
