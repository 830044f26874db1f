// Made by scripts/generate-types.ts from the files under schemas/. Do not edit.

/**
 * Whatever can be validated: an object, custom ones included, or a bundle.
 */
export type StixDocument = StixObject | CustomObject | CustomObservable | Bundle;
/**
 * Any object that the standard defines.
 */
export type StixObject =
  | MarkingDefinition
  | Artifact
  | AutonomousSystem
  | Directory
  | DomainName
  | EmailAddress
  | EmailMessage
  | File
  | IPv4Address
  | IPv6Address
  | MACAddress
  | Mutex
  | NetworkTraffic
  | Process
  | Software
  | URL
  | UserAccount
  | WindowsRegistryKey
  | X509Certificate
  | AttackPattern
  | Campaign
  | CourseOfAction
  | Identity
  | Indicator
  | IntrusionSet
  | Malware
  | ObservedData
  | Report
  | ThreatActor
  | Tool
  | Vulnerability
  | Relationship
  | Sighting;

/**
 * How data may be used: a statement, or a colour of the Traffic Light Protocol.
 */
export interface MarkingDefinition {
  type: 'marking-definition';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * Who made the object.
   */
  created_by_ref?: string;
  /**
   * When it was made.
   */
  created: string;
  /**
   * Pointers to what is known about it outside STIX.
   */
  external_references?: ExternalReference[];
  /**
   * The marking definitions that hold for the whole object.
   */
  object_marking_refs?: string[];
  /**
   * Markings that hold for parts of the object only.
   */
  granular_markings?: GranularMarking[];
  /**
   * What kind of marking it is: statement or tlp.
   */
  definition_type: string;
  /**
   * The marking itself.
   */
  definition: {
    /**
     * What a property that the standard does not define may hold: anything but null and an empty list.
     */
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
/**
 * A pointer to something outside STIX: a report, an entry of a catalogue, a web page.
 */
export interface ExternalReference {
  /**
   * Who keeps what is referred to, such as `cve` or the name of a vendor.
   */
  source_name: string;
  /**
   * What is found there, for people.
   */
  description?: string;
  /**
   * Where it is found.
   */
  url?: string;
  hashes?: Hashes;
  /**
   * Its name in the catalogue of the source, such as `CVE-2024-3094`.
   */
  external_id?: string;
  [k: string]: unknown;
}
/**
 * Hash values by the name of their algorithm.
 */
export interface Hashes {
  MD5?: string;
  MD6?: string;
  'RIPEMD-160'?: string;
  'SHA-1'?: string;
  'SHA-224'?: string;
  'SHA-256'?: string;
  'SHA-384'?: string;
  'SHA-512'?: string;
  'SHA3-224'?: string;
  'SHA3-256'?: string;
  'SHA3-384'?: string;
  'SHA3-512'?: string;
  ssdeep?: string;
  WHIRLPOOL?: string;
  [k: string]: string | undefined;
}
/**
 * A marking for parts of an object.
 */
export interface GranularMarking {
  /**
   * The marking definition that holds for the selected parts.
   */
  marking_ref: string;
  /**
   * The parts, as paths of names and list positions between dots.
   */
  selectors: string[];
  [k: string]: unknown;
}
/**
 * Octets that were caught, by themselves or by their address.
 */
export interface Artifact extends Observable {
  type: 'artifact';
  /**
   * What kind of content it is.
   */
  mime_type?: string;
  /**
   * The octets.
   */
  payload_bin?: string;
  /**
   * Where the octets are found.
   */
  url?: string;
  hashes?: Hashes;
  [k: string]: unknown;
}
/**
 * The properties that every observable in an observed-data object has.
 */
export interface Observable {
  /**
   * What kind of observable it is.
   */
  type: string;
  extensions?: Extensions;
  [k: string]: unknown;
}
/**
 * What extensions add to an observable, by their name.
 */
export interface Extensions {
  [k: string]: ExtensionByName | undefined;
}
/**
 * A predefined extension or a custom one.
 */
export interface ExtensionByName {
  /**
   * What a property that the standard does not define may hold: anything but null and an empty list.
   */
  [k: string]: unknown;
}
/**
 * A network with a number of its own in the routing of the internet.
 */
export interface AutonomousSystem extends Observable {
  type: 'autonomous-system';
  /**
   * The number.
   */
  number: number;
  /**
   * The name.
   */
  name?: string;
  /**
   * The registry that gave the number out.
   */
  rir?: string;
  [k: string]: unknown;
}
/**
 * A directory of a file system.
 */
export interface Directory extends Observable {
  type: 'directory';
  /**
   * The path, as it was observed.
   */
  path: string;
  /**
   * The character set of the path, if it is not Unicode.
   */
  path_enc?: string;
  /**
   * When it was made.
   */
  created?: string;
  /**
   * When something in it was last changed.
   */
  modified?: string;
  /**
   * When it was last opened.
   */
  accessed?: string;
  /**
   * What it holds.
   */
  contains_refs?: string[];
  [k: string]: unknown;
}
/**
 * A domain name.
 */
export interface DomainName extends Observable {
  type: 'domain-name';
  /**
   * The name.
   */
  value: string;
  /**
   * What it resolves to.
   */
  resolves_to_refs?: string[];
  [k: string]: unknown;
}
/**
 * An email address.
 */
export interface EmailAddress extends Observable {
  type: 'email-addr';
  /**
   * The address, without a display name.
   */
  value: string;
  /**
   * The display name.
   */
  display_name?: string;
  /**
   * The account that it belongs to.
   */
  belongs_to_ref?: string;
  [k: string]: unknown;
}
/**
 * An email.
 */
export interface EmailMessage extends Observable {
  type: 'email-message';
  /**
   * Whether the body has parts.
   */
  is_multipart: boolean;
  /**
   * When it was sent.
   */
  date?: string;
  /**
   * The Content-Type header.
   */
  content_type?: string;
  /**
   * The From header.
   */
  from_ref?: string;
  /**
   * The Sender header.
   */
  sender_ref?: string;
  /**
   * The To header.
   */
  to_refs?: string[];
  /**
   * The CC header.
   */
  cc_refs?: string[];
  /**
   * The BCC header.
   */
  bcc_refs?: string[];
  /**
   * The subject.
   */
  subject?: string;
  /**
   * The Received headers, in their order.
   */
  received_lines?: string[];
  /**
   * Other headers; each has a value or a list of values.
   */
  additional_header_fields?: {
    [k: string]: string | string[] | undefined;
  };
  /**
   * The body, if it has no parts.
   */
  body?: string;
  /**
   * The parts of the body.
   */
  body_multipart?: MIMEPart[];
  /**
   * The whole email as it was sent.
   */
  raw_email_ref?: string;
  [k: string]: unknown;
}
/**
 * One part of the body of an email.
 */
export interface MIMEPart {
  /**
   * The part as text.
   */
  body?: string;
  /**
   * The part as octets.
   */
  body_raw_ref?: string;
  /**
   * The Content-Type of the part.
   */
  content_type?: string;
  /**
   * The Content-Disposition of the part.
   */
  content_disposition?: string;
  [k: string]: unknown;
}
/**
 * A file.
 */
export interface File extends Observable {
  type: 'file';
  hashes?: Hashes;
  /**
   * Its size in octets.
   */
  size?: number;
  /**
   * Its name, as it was observed.
   */
  name?: string;
  /**
   * The character set of the name, if it is not Unicode.
   */
  name_enc?: string;
  /**
   * The octets by which its format is known.
   */
  magic_number_hex?: string;
  /**
   * What kind of content it is.
   */
  mime_type?: string;
  /**
   * When it was made.
   */
  created?: string;
  /**
   * When it was last changed.
   */
  modified?: string;
  /**
   * When it was last opened.
   */
  accessed?: string;
  /**
   * The directory that it is in.
   */
  parent_directory_ref?: string;
  /**
   * Whether it is encrypted.
   */
  is_encrypted?: boolean;
  /**
   * How it is encrypted.
   */
  encryption_algorithm?: EncryptionAlgorithmOv;
  /**
   * The key to it.
   */
  decryption_key?: string;
  /**
   * What was found in it.
   */
  contains_refs?: string[];
  /**
   * Its content.
   */
  content_ref?: string;
  extensions?: {
    'archive-ext'?: ArchiveExtension;
    'ntfs-ext'?: NTFSExtension;
    'pdf-ext'?: PDFExtension;
    'raster-image-ext'?: RasterImageExtension;
    'windows-pebinary-ext'?: WindowsPEBinaryExtension;
    [k: string]:
      | {
          [k: string]: unknown;
        }
      | ArchiveExtension
      | NTFSExtension
      | PDFExtension
      | RasterImageExtension
      | WindowsPEBinaryExtension
      | undefined;
  };
  [k: string]: unknown;
}
/**
 * What a file has that is an archive.
 */
export interface ArchiveExtension {
  /**
   * The files in the archive.
   */
  contains_refs?: string[];
  /**
   * The comment in the archive.
   */
  comment?: string;
  /**
   * The version of the archive format.
   */
  version?: string;
  [k: string]: unknown;
}
/**
 * What a file on NTFS has.
 */
export interface NTFSExtension {
  /**
   * The security id of the file.
   */
  sid?: string;
  /**
   * Its further streams.
   */
  alternate_data_streams?: AlternateDataStream[];
  [k: string]: unknown;
}
/**
 * A further stream of a file on NTFS.
 */
export interface AlternateDataStream {
  /**
   * Its name.
   */
  name: string;
  hashes?: Hashes;
  /**
   * Its size in octets.
   */
  size?: number;
  [k: string]: unknown;
}
/**
 * What a PDF file has.
 */
export interface PDFExtension {
  /**
   * The version of PDF.
   */
  version?: string;
  /**
   * Whether it is linearised.
   */
  is_optimized?: boolean;
  /**
   * What its document information says.
   */
  document_info_dict?: {
    [k: string]: string | undefined;
  };
  /**
   * The first part of its id.
   */
  pdfid0?: string;
  /**
   * The second part of its id.
   */
  pdfid1?: string;
  [k: string]: unknown;
}
/**
 * What an image file has.
 */
export interface RasterImageExtension {
  /**
   * Its height in pixels.
   */
  image_height?: number;
  /**
   * Its width in pixels.
   */
  image_width?: number;
  /**
   * Bits for each pixel.
   */
  bits_per_pixel?: number;
  /**
   * Its EXIF tags.
   */
  exif_tags?: {
    [k: string]: string | number | undefined;
  };
  /**
   * How the image is compressed.
   */
  image_compression_algorithm?: string;
  [k: string]: unknown;
}
/**
 * What a program file of Windows has.
 */
export interface WindowsPEBinaryExtension {
  /**
   * What kind of program file it is.
   */
  pe_type: WindowsPebinaryTypeOv;
  /**
   * The hash of its imports.
   */
  imphash?: string;
  /**
   * The processor it is for.
   */
  machine_hex?: string;
  /**
   * How many sections it has.
   */
  number_of_sections?: number;
  /**
   * When it was built.
   */
  time_date_stamp?: string;
  /**
   * Where its symbol table is.
   */
  pointer_to_symbol_table_hex?: string;
  /**
   * How many symbols it has.
   */
  number_of_symbols?: number;
  /**
   * Size of its optional header.
   */
  size_of_optional_header?: number;
  /**
   * Its flags.
   */
  characteristics_hex?: string;
  file_header_hashes?: Hashes;
  optional_header?: PEOptionalHeader;
  /**
   * Its sections.
   */
  sections?: PESection[];
  [k: string]: unknown;
}
/**
 * The optional header of a program file.
 */
export interface PEOptionalHeader {
  /**
   * The field magic.
   */
  magic_hex?: string;
  /**
   * The field major linker version.
   */
  major_linker_version?: number;
  /**
   * The field minor linker version.
   */
  minor_linker_version?: number;
  /**
   * Octets of code.
   */
  size_of_code?: number;
  /**
   * Octets of data with values.
   */
  size_of_initialized_data?: number;
  /**
   * Octets of data without values.
   */
  size_of_uninitialized_data?: number;
  /**
   * The field address of entry point.
   */
  address_of_entry_point?: number;
  /**
   * The field base of code.
   */
  base_of_code?: number;
  /**
   * The field base of data.
   */
  base_of_data?: number;
  /**
   * The field image base.
   */
  image_base?: number;
  /**
   * The field section alignment.
   */
  section_alignment?: number;
  /**
   * The field file alignment.
   */
  file_alignment?: number;
  /**
   * The field major os version.
   */
  major_os_version?: number;
  /**
   * The field minor os version.
   */
  minor_os_version?: number;
  /**
   * The field major image version.
   */
  major_image_version?: number;
  /**
   * The field minor image version.
   */
  minor_image_version?: number;
  /**
   * The field major subsystem version.
   */
  major_subsystem_version?: number;
  /**
   * The field minor subsystem version.
   */
  minor_subsystem_version?: number;
  /**
   * The field win32 version value.
   */
  win32_version_value_hex?: string;
  /**
   * Octets of the program in memory.
   */
  size_of_image?: number;
  /**
   * Octets of the headers.
   */
  size_of_headers?: number;
  /**
   * The field checksum.
   */
  checksum_hex?: string;
  /**
   * The field subsystem.
   */
  subsystem_hex?: string;
  /**
   * The field dll characteristics.
   */
  dll_characteristics_hex?: string;
  /**
   * The field size of stack reserve.
   */
  size_of_stack_reserve?: number;
  /**
   * The field size of stack commit.
   */
  size_of_stack_commit?: number;
  /**
   * The field size of heap reserve.
   */
  size_of_heap_reserve?: number;
  /**
   * The field size of heap commit.
   */
  size_of_heap_commit?: number;
  /**
   * The field loader flags.
   */
  loader_flags_hex?: string;
  /**
   * The field number of rva and sizes.
   */
  number_of_rva_and_sizes?: number;
  hashes?: Hashes;
  [k: string]: unknown;
}
/**
 * A section of a program file.
 */
export interface PESection {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its size in octets.
   */
  size?: number;
  /**
   * Its entropy, from 0 to 8.
   */
  entropy?: number;
  hashes?: Hashes;
  [k: string]: unknown;
}
/**
 * One or more IPv4 addresses.
 */
export interface IPv4Address extends Observable {
  type: 'ipv4-addr';
  /**
   * An address or, in CIDR notation, a block of addresses.
   */
  value: string;
  /**
   * The MAC addresses behind it.
   */
  resolves_to_refs?: string[];
  /**
   * The networks it belongs to.
   */
  belongs_to_refs?: string[];
  [k: string]: unknown;
}
/**
 * One or more IPv6 addresses.
 */
export interface IPv6Address extends Observable {
  type: 'ipv6-addr';
  /**
   * An address or, in CIDR notation, a block of addresses.
   */
  value: string;
  /**
   * The MAC addresses behind it.
   */
  resolves_to_refs?: string[];
  /**
   * The networks it belongs to.
   */
  belongs_to_refs?: string[];
  [k: string]: unknown;
}
/**
 * A MAC address.
 */
export interface MACAddress extends Observable {
  type: 'mac-addr';
  /**
   * The address.
   */
  value: string;
  [k: string]: unknown;
}
/**
 * A lock that processes share.
 */
export interface Mutex extends Observable {
  type: 'mutex';
  /**
   * Its name.
   */
  name: string;
  [k: string]: unknown;
}
/**
 * Traffic between two ends of a network.
 */
export interface NetworkTraffic extends Observable {
  type: 'network-traffic';
  /**
   * When it began.
   */
  start?: string;
  /**
   * When it ended.
   */
  end?: string;
  /**
   * Whether it still went on.
   */
  is_active?: boolean;
  /**
   * Where it came from.
   */
  src_ref?: string;
  /**
   * Where it went.
   */
  dst_ref?: string;
  /**
   * The port it came from.
   */
  src_port?: number;
  /**
   * The port it went to.
   */
  dst_port?: number;
  /**
   * The protocols, the outermost first.
   */
  protocols: string[];
  /**
   * Octets sent by the source.
   */
  src_byte_count?: number;
  /**
   * Octets sent by the destination.
   */
  dst_byte_count?: number;
  /**
   * Packets sent by the source.
   */
  src_packets?: number;
  /**
   * Packets sent by the destination.
   */
  dst_packets?: number;
  ipfix?: Dictionary;
  /**
   * What the source sent.
   */
  src_payload_ref?: string;
  /**
   * What the destination sent.
   */
  dst_payload_ref?: string;
  /**
   * Traffic inside this one.
   */
  encapsulates_refs?: string[];
  /**
   * Traffic around this one.
   */
  encapsulated_by_ref?: string;
  extensions?: {
    'http-request-ext'?: HTTPRequestExtension;
    'icmp-ext'?: ICMPExtension;
    'socket-ext'?: SocketExtension;
    'tcp-ext'?: TCPExtension;
    [k: string]:
      | {
          [k: string]: unknown;
        }
      | HTTPRequestExtension
      | ICMPExtension
      | SocketExtension
      | TCPExtension
      | undefined;
  };
  [k: string]: unknown;
}
/**
 * Values by keys that the producer chooses; never empty.
 */
export interface Dictionary {
  /**
   * What a property that the standard does not define may hold: anything but null and an empty list.
   */
  [k: string]: unknown;
}
/**
 * What traffic has that is an HTTP request.
 */
export interface HTTPRequestExtension {
  /**
   * The method, such as get.
   */
  request_method: string;
  /**
   * The target of the request.
   */
  request_value: string;
  /**
   * The version of HTTP.
   */
  request_version?: string;
  request_header?: Dictionary;
  /**
   * Size of the body in octets.
   */
  message_body_length?: number;
  /**
   * The body.
   */
  message_body_data_ref?: string;
  [k: string]: unknown;
}
/**
 * What ICMP traffic has.
 */
export interface ICMPExtension {
  /**
   * The type of the message.
   */
  icmp_type_hex: string;
  /**
   * The code of the message.
   */
  icmp_code_hex: string;
  [k: string]: unknown;
}
/**
 * The socket at which the traffic was seen.
 */
export interface SocketExtension {
  /**
   * Its address family.
   */
  address_family: string;
  /**
   * Whether it blocks.
   */
  is_blocking?: boolean;
  /**
   * Whether it listens.
   */
  is_listening?: boolean;
  /**
   * Its options with their values.
   */
  options?: {
    /**
     * A whole number that every JSON parser keeps exactly.
     */
    [k: string]: number | undefined;
  };
  /**
   * Its type.
   */
  socket_type?: string;
  /**
   * Its number in the process.
   */
  socket_descriptor?: number;
  /**
   * Its handle.
   */
  socket_handle?: number;
  /**
   * Its protocol family.
   */
  protocol_family?: string;
  [k: string]: unknown;
}
/**
 * What TCP traffic has.
 */
export interface TCPExtension {
  /**
   * All flags that the source set.
   */
  src_flags_hex?: string;
  /**
   * All flags that the destination set.
   */
  dst_flags_hex?: string;
  [k: string]: unknown;
}
/**
 * A program that runs.
 */
export interface Process extends Observable {
  type: 'process';
  /**
   * Whether it hides.
   */
  is_hidden?: boolean;
  /**
   * Its number.
   */
  pid?: number;
  /**
   * Its name.
   */
  name?: string;
  /**
   * When it was started.
   */
  created?: string;
  /**
   * Its working directory.
   */
  cwd?: string;
  /**
   * What it was started with.
   */
  arguments?: string[];
  /**
   * The whole command by which it was started.
   */
  command_line?: string;
  /**
   * Its environment.
   */
  environment_variables?: {
    [k: string]: string | undefined;
  };
  /**
   * Connections that it opened.
   */
  opened_connection_refs?: string[];
  /**
   * Who started it.
   */
  creator_user_ref?: string;
  /**
   * The file that it runs.
   */
  binary_ref?: string;
  /**
   * The process that started it.
   */
  parent_ref?: string;
  /**
   * Processes that it started.
   */
  child_refs?: string[];
  extensions?: {
    'windows-process-ext'?: WindowsProcessExtension;
    'windows-service-ext'?: WindowsServiceExtension;
    [k: string]:
      | {
          [k: string]: unknown;
        }
      | WindowsProcessExtension
      | WindowsServiceExtension
      | undefined;
  };
  [k: string]: unknown;
}
/**
 * What a process of Windows has.
 */
export interface WindowsProcessExtension {
  /**
   * Whether its addresses are random.
   */
  aslr_enabled?: boolean;
  /**
   * Whether its data cannot be run.
   */
  dep_enabled?: boolean;
  /**
   * Its priority, such as HIGH_PRIORITY_CLASS.
   */
  priority?: string;
  /**
   * The security id of its owner.
   */
  owner_sid?: string;
  /**
   * The title of its window.
   */
  window_title?: string;
  startup_info?: Dictionary;
  [k: string]: unknown;
}
/**
 * What a process has that is a service of Windows.
 */
export interface WindowsServiceExtension {
  /**
   * Its name.
   */
  service_name: string;
  /**
   * What it is for.
   */
  descriptions?: string[];
  /**
   * The name that is shown.
   */
  display_name?: string;
  /**
   * The group it is loaded with.
   */
  group_name?: string;
  /**
   * When it starts.
   */
  start_type?: string;
  /**
   * Its libraries.
   */
  service_dll_refs?: string[];
  /**
   * What kind of service it is.
   */
  service_type?: string;
  /**
   * Its state.
   */
  service_status?: string;
  [k: string]: unknown;
}
/**
 * Software, operating systems included.
 */
export interface Software extends Observable {
  type: 'software';
  /**
   * Its name.
   */
  name: string;
  /**
   * Its name in the Common Platform Enumeration.
   */
  cpe?: string;
  /**
   * The languages it speaks.
   */
  languages?: string[];
  /**
   * Who makes it.
   */
  vendor?: string;
  /**
   * Its version.
   */
  version?: string;
  [k: string]: unknown;
}
/**
 * A uniform resource locator.
 */
export interface URL extends Observable {
  type: 'url';
  /**
   * The address (RFC 3986).
   */
  value: string;
  [k: string]: unknown;
}
/**
 * An account of any kind.
 */
export interface UserAccount extends Observable {
  type: 'user-account';
  /**
   * What the system knows the account by.
   */
  user_id: string;
  /**
   * The name to sign in with.
   */
  account_login?: string;
  /**
   * What kind of account it is.
   */
  account_type?: AccountTypeOv;
  /**
   * The name that is shown.
   */
  display_name?: string;
  /**
   * Whether it is for a service rather than a person.
   */
  is_service_account?: boolean;
  /**
   * Whether it has raised rights.
   */
  is_privileged?: boolean;
  /**
   * Whether it can raise its rights.
   */
  can_escalate_privs?: boolean;
  /**
   * Whether it is locked.
   */
  is_disabled?: boolean;
  /**
   * When it was made.
   */
  account_created?: string;
  /**
   * When it ends.
   */
  account_expires?: string;
  /**
   * When the password was last changed.
   */
  password_last_changed?: string;
  /**
   * When it was first used.
   */
  account_first_login?: string;
  /**
   * When it was last used.
   */
  account_last_login?: string;
  extensions?: {
    'unix-account-ext'?: UnixAccountExtension;
    [k: string]:
      | {
          [k: string]: unknown;
        }
      | UnixAccountExtension
      | undefined;
  };
  [k: string]: unknown;
}
/**
 * What an account of a Unix system has.
 */
export interface UnixAccountExtension {
  /**
   * The number of its first group.
   */
  gid?: number;
  /**
   * Its groups.
   */
  groups?: string[];
  /**
   * Its home directory.
   */
  home_dir?: string;
  /**
   * Its shell.
   */
  shell?: string;
  [k: string]: unknown;
}
/**
 * A key of the Windows registry.
 */
export interface WindowsRegistryKey extends Observable {
  type: 'windows-registry-key';
  /**
   * The key with its hive.
   */
  key: string;
  /**
   * The values under the key.
   */
  values?: WindowsRegistryValue[];
  /**
   * When it was last changed.
   */
  modified?: string;
  /**
   * Who made it.
   */
  creator_user_ref?: string;
  /**
   * How many keys are below it.
   */
  number_of_subkeys?: number;
  [k: string]: unknown;
}
/**
 * A value under a registry key.
 */
export interface WindowsRegistryValue {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its data as text.
   */
  data?: string;
  /**
   * Its type, such as REG_SZ.
   */
  data_type?: string;
  [k: string]: unknown;
}
/**
 * A certificate of a public key.
 */
export interface X509Certificate extends Observable {
  type: 'x509-certificate';
  /**
   * Whether it is signed with its own key.
   */
  is_self_signed?: boolean;
  hashes?: Hashes;
  /**
   * The version of its encoding.
   */
  version?: string;
  /**
   * Its serial number.
   */
  serial_number?: string;
  /**
   * How it is signed.
   */
  signature_algorithm?: string;
  /**
   * Who signed it.
   */
  issuer?: string;
  /**
   * From when on it is valid.
   */
  validity_not_before?: string;
  /**
   * Until when it is valid.
   */
  validity_not_after?: string;
  /**
   * Whose key it certifies.
   */
  subject?: string;
  /**
   * What kind of key it is.
   */
  subject_public_key_algorithm?: string;
  /**
   * The modulus of the key.
   */
  subject_public_key_modulus?: string;
  /**
   * The exponent of the key.
   */
  subject_public_key_exponent?: number;
  x509_v3_extensions?: X509V3Extensions;
  [k: string]: unknown;
}
/**
 * Extensions of a certificate of version 3.
 */
export interface X509V3Extensions {
  /**
   * Whether the key may sign certificates.
   */
  basic_constraints?: string;
  /**
   * Names that certificates below may have.
   */
  name_constraints?: string;
  /**
   * Constraints on the validation of paths.
   */
  policy_constraints?: string;
  /**
   * What the key may be used for.
   */
  key_usage?: string;
  /**
   * Further uses of the key.
   */
  extended_key_usage?: string;
  /**
   * By what the key is known.
   */
  subject_key_identifier?: string;
  /**
   * By what the key of the issuer is known.
   */
  authority_key_identifier?: string;
  /**
   * Further names of the subject.
   */
  subject_alternative_name?: string;
  /**
   * Further names of the issuer.
   */
  issuer_alternative_name?: string;
  /**
   * Facts about the subject.
   */
  subject_directory_attributes?: string;
  /**
   * Where lists of revoked certificates are found.
   */
  crl_distribution_points?: string;
  /**
   * How many certificates further down any policy is accepted.
   */
  inhibit_any_policy?: string;
  /**
   * From when on the private key may be used.
   */
  private_key_usage_period_not_before?: string;
  /**
   * Until when the private key may be used.
   */
  private_key_usage_period_not_after?: string;
  /**
   * The policies of the certificate.
   */
  certificate_policies?: string;
  /**
   * Policies that count as equal.
   */
  policy_mappings?: string;
  [k: string]: unknown;
}
/**
 * A way in which attackers try to reach their aim.
 */
export interface AttackPattern extends VersionedObject {
  type: 'attack-pattern';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * The steps of kill chains in which it is used.
   */
  kill_chain_phases?: KillChainPhase[];
  [k: string]: unknown;
}
/**
 * A step of an attack, by the name of the kill chain and the name of the step in it.
 */
export interface KillChainPhase {
  /**
   * Which kill chain; lower case with hyphens.
   */
  kill_chain_name: string;
  /**
   * Which step of it; lower case with hyphens.
   */
  phase_name: string;
  [k: string]: unknown;
}
/**
 * The properties that every domain and relationship object has.
 */
export interface VersionedObject {
  /**
   * What kind of object it is.
   */
  type: string;
  /**
   * Names the object; every version has the same id.
   */
  id: string;
  /**
   * Who made the object.
   */
  created_by_ref?: string;
  /**
   * When the first version was made.
   */
  created: string;
  /**
   * When this version was made.
   */
  modified: string;
  /**
   * True when the creator no longer holds the object for valid.
   */
  revoked?: boolean;
  /**
   * Terms that classify the object.
   */
  labels?: string[];
  /**
   * Pointers to what is known about it outside STIX.
   */
  external_references?: ExternalReference[];
  /**
   * The marking definitions that hold for the whole object.
   */
  object_marking_refs?: string[];
  /**
   * Markings that hold for parts of the object only.
   */
  granular_markings?: GranularMarking[];
  [k: string]: unknown;
}
/**
 * Malicious activity over some time against certain targets.
 */
export interface Campaign extends VersionedObject {
  type: 'campaign';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * Other names that it goes by.
   */
  aliases?: string[];
  /**
   * When it was first seen.
   */
  first_seen?: string;
  /**
   * When it was last seen.
   */
  last_seen?: string;
  /**
   * What it is meant to achieve.
   */
  objective?: string;
  [k: string]: unknown;
}
/**
 * What to do to prevent an attack or to respond to one.
 */
export interface CourseOfAction extends VersionedObject {
  type: 'course-of-action';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  [k: string]: unknown;
}
/**
 * A person, an organisation or a group of such.
 */
export interface Identity extends VersionedObject {
  type: 'identity';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * What kind of entity it is.
   */
  identity_class: IdentityClassOv;
  /**
   * The sectors it belongs to.
   */
  sectors?: IndustrySectorOv[];
  /**
   * How to reach it.
   */
  contact_information?: string;
  [k: string]: unknown;
}
/**
 * A pattern by which suspicious activity is found.
 */
export interface Indicator extends VersionedObject {
  type: 'indicator';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it points to.
   */
  labels: IndicatorLabelOv[];
  /**
   * What it is called.
   */
  name?: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * The pattern, in STIX patterning.
   */
  pattern: string;
  /**
   * From when on the indicator holds.
   */
  valid_from: string;
  /**
   * When it stops to hold.
   */
  valid_until?: string;
  /**
   * The steps of kill chains that it points to.
   */
  kill_chain_phases?: KillChainPhase[];
  [k: string]: unknown;
}
/**
 * Behaviour and resources that seem to belong to one attacker.
 */
export interface IntrusionSet extends VersionedObject {
  type: 'intrusion-set';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * Other names that it goes by.
   */
  aliases?: string[];
  /**
   * When it was first seen.
   */
  first_seen?: string;
  /**
   * When it was last seen.
   */
  last_seen?: string;
  /**
   * What it wants to achieve.
   */
  goals?: string[];
  /**
   * What is behind it.
   */
  resource_level?: AttackResourceLevelOv;
  /**
   * The main reason behind it.
   */
  primary_motivation?: AttackMotivationOv;
  /**
   * Further reasons behind it.
   */
  secondary_motivations?: AttackMotivationOv[];
  [k: string]: unknown;
}
/**
 * Malicious code.
 */
export interface Malware extends VersionedObject {
  type: 'malware';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What kinds of malware it is.
   */
  labels: MalwareLabelOv[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * The steps of kill chains in which it is used.
   */
  kill_chain_phases?: KillChainPhase[];
  [k: string]: unknown;
}
/**
 * What was observed on systems and networks, without a judgement.
 */
export interface ObservedData extends VersionedObject {
  type: 'observed-data';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * When the observation began.
   */
  first_observed: string;
  /**
   * When it ended.
   */
  last_observed: string;
  /**
   * How often it was observed.
   */
  number_observed: number;
  objects: Observables;
  [k: string]: unknown;
}
/**
 * Observables by keys that hold in this observed-data object only.
 */
export interface Observables {
  [k: string]: ContainedObservable | undefined;
}
export interface ContainedObservable {
  /**
   * The name of a type, custom ones included.
   */
  type: string;
  [k: string]: unknown;
}
/**
 * Objects that were published together as a report.
 */
export interface Report extends VersionedObject {
  type: 'report';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is mainly about.
   */
  labels: ReportLabelOv[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * When the creator made it public.
   */
  published: string;
  /**
   * The objects that it consists of.
   */
  object_refs: string[];
  [k: string]: unknown;
}
/**
 * A person, group or organisation that acts with bad intent.
 */
export interface ThreatActor extends VersionedObject {
  type: 'threat-actor';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What kinds of threat actor it is.
   */
  labels: ThreatActorLabelOv[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * Other names that it goes by.
   */
  aliases?: string[];
  /**
   * The parts it plays.
   */
  roles?: ThreatActorRoleOv[];
  /**
   * What it wants to achieve.
   */
  goals?: string[];
  /**
   * How skilled it is.
   */
  sophistication?: ThreatActorSophisticationOv;
  /**
   * What is behind it.
   */
  resource_level?: AttackResourceLevelOv;
  /**
   * The main reason behind it.
   */
  primary_motivation?: AttackMotivationOv;
  /**
   * Further reasons behind it.
   */
  secondary_motivations?: AttackMotivationOv[];
  /**
   * Reasons of its own, apart from those of its organisation.
   */
  personal_motivations?: AttackMotivationOv[];
  [k: string]: unknown;
}
/**
 * Legitimate software that attackers can use.
 */
export interface Tool extends VersionedObject {
  type: 'tool';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is for.
   */
  labels: ToolLabelOv[];
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * The steps of kill chains in which it is used.
   */
  kill_chain_phases?: KillChainPhase[];
  /**
   * Its version.
   */
  tool_version?: string;
  [k: string]: unknown;
}
/**
 * A weakness in software that an attacker can use.
 */
export interface Vulnerability extends VersionedObject {
  type: 'vulnerability';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What is known about it.
   */
  description?: string;
  [k: string]: unknown;
}
/**
 * How one object relates to another.
 */
export interface Relationship extends VersionedObject {
  type: 'relationship';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * How the source relates to the target, as a verb.
   */
  relationship_type: string;
  /**
   * What is known about it.
   */
  description?: string;
  /**
   * The object from which the relationship goes.
   */
  source_ref: string;
  /**
   * The object to which it goes.
   */
  target_ref: string;
  [k: string]: unknown;
}
/**
 * That something was seen, where and how often.
 */
export interface Sighting extends VersionedObject {
  type: 'sighting';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * When it was seen first.
   */
  first_seen?: string;
  /**
   * When it was seen last.
   */
  last_seen?: string;
  /**
   * How often it was seen.
   */
  count?: number;
  /**
   * What was seen.
   */
  sighting_of_ref: string;
  /**
   * The observations behind it.
   */
  observed_data_refs?: string[];
  /**
   * Who saw it.
   */
  where_sighted_refs?: string[];
  /**
   * True when it sums up other sightings.
   */
  summary?: boolean;
  [k: string]: unknown;
}
/**
 * An object of a type that the standard does not define.
 */
export interface CustomObject extends VersionedObject {
  /**
   * The name of a type, custom ones included.
   */
  type: string;
  [k: string]: unknown;
}
/**
 * An observable of a type that the standard does not define.
 */
export interface CustomObservable extends Observable {
  /**
   * The name of a type, custom ones included.
   */
  type: string;
  [k: string]: unknown;
}
/**
 * Objects that travel together. A bundle is no object itself and keeps nothing.
 */
export interface Bundle {
  type: 'bundle';
  /**
   * The type of an object, two hyphens and a UUID of RFC 4122. Ids are compared as texts.
   */
  id: string;
  /**
   * The version of STIX that the objects are written in.
   */
  spec_version: '2.0';
  /**
   * The objects.
   */
  objects?: {
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}

/** Kinds of user accounts. Source: STIX 2.0 part 4 §2.16 */
export type AccountTypeOv =
  | 'facebook'
  | 'ldap'
  | 'nis'
  | 'openid'
  | 'radius'
  | 'skype'
  | 'tacacs'
  | 'twitter'
  | 'unix'
  | 'windows-local'
  | 'windows-domain'
  | (string & {});

/** Why somebody attacks. Source: STIX 2.0 part 1 §6.1 */
export type AttackMotivationOv =
  | 'accidental'
  | 'coercion'
  | 'dominance'
  | 'ideology'
  | 'notoriety'
  | 'organizational-gain'
  | 'personal-gain'
  | 'personal-satisfaction'
  | 'revenge'
  | 'unpredictable'
  | (string & {});

/** How much an attacker can muster. Source: STIX 2.0 part 1 §6.2 */
export type AttackResourceLevelOv =
  | 'individual'
  | 'club'
  | 'contest'
  | 'team'
  | 'organization'
  | 'government'
  | (string & {});

/** How the content of a file is encrypted. Source: STIX 2.0 part 3 §6 */
export type EncryptionAlgorithmOv =
  | 'AES128-ECB'
  | 'AES128-CBC'
  | 'AES128-CFB'
  | 'AES128-COFB'
  | 'AES128-CTR'
  | 'AES128-XTS'
  | 'AES128-GCM'
  | 'Salsa20'
  | 'Salsa12'
  | 'Salsa8'
  | 'ChaCha20-Poly1305'
  | 'ChaCha20'
  | 'DES-CBC'
  | '3DES-CBC'
  | 'DES-ECB'
  | '3DES-ECB'
  | 'CAST128-CBC'
  | 'CAST256-CBC'
  | 'RSA'
  | 'DSA'
  | (string & {});

/** What an identity stands for. Source: STIX 2.0 part 1 §6.4 */
export type IdentityClassOv = 'individual' | 'group' | 'organization' | 'class' | 'unknown' | (string & {});

/** What an indicator points to. Source: STIX 2.0 part 1 §6.5 */
export type IndicatorLabelOv =
  | 'anomalous-activity'
  | 'anonymization'
  | 'benign'
  | 'compromised'
  | 'malicious-activity'
  | 'attribution'
  | (string & {});

/** Sectors of the economy. Source: STIX 2.0 part 1 §6.6 */
export type IndustrySectorOv =
  | 'agriculture'
  | 'aerospace'
  | 'automotive'
  | 'communications'
  | 'construction'
  | 'defence'
  | 'education'
  | 'energy'
  | 'engineering'
  | 'entertainment'
  | 'financial-services'
  | 'government-national'
  | 'government-regional'
  | 'government-local'
  | 'government-public-services'
  | 'healthcare'
  | 'hospitality-leisure'
  | 'infrastructure'
  | 'insurance'
  | 'manufacturing'
  | 'mining'
  | 'non-profit'
  | 'pharmaceuticals'
  | 'retail'
  | 'technology'
  | 'telecommunications'
  | 'transportation'
  | 'utilities'
  | (string & {});

/** Kinds of malware. Source: STIX 2.0 part 1 §6.7 */
export type MalwareLabelOv =
  | 'adware'
  | 'backdoor'
  | 'bot'
  | 'ddos'
  | 'dropper'
  | 'exploit-kit'
  | 'keylogger'
  | 'ransomware'
  | 'remote-access-trojan'
  | 'resource-exploitation'
  | 'rogue-security-software'
  | 'rootkit'
  | 'screen-capture'
  | 'spyware'
  | 'trojan'
  | 'virus'
  | 'worm'
  | (string & {});

/** What a report is about. Source: STIX 2.0 part 1 §6.8 */
export type ReportLabelOv =
  | 'threat-report'
  | 'attack-pattern'
  | 'campaign'
  | 'identity'
  | 'indicator'
  | 'intrusion-set'
  | 'malware'
  | 'observed-data'
  | 'threat-actor'
  | 'tool'
  | 'vulnerability'
  | (string & {});

/** Kinds of threat actors. Source: STIX 2.0 part 1 §6.9 */
export type ThreatActorLabelOv =
  | 'activist'
  | 'competitor'
  | 'crime-syndicate'
  | 'criminal'
  | 'hacker'
  | 'insider-accidental'
  | 'insider-disgruntled'
  | 'nation-state'
  | 'sensationalist'
  | 'spy'
  | 'terrorist'
  | (string & {});

/** Parts that a threat actor plays. Source: STIX 2.0 part 1 §6.10 */
export type ThreatActorRoleOv =
  | 'agent'
  | 'director'
  | 'independent'
  | 'infrastructure-architect'
  | 'infrastructure-operator'
  | 'malware-author'
  | 'sponsor'
  | (string & {});

/** How skilled a threat actor is. Source: STIX 2.0 part 1 §6.11 */
export type ThreatActorSophisticationOv =
  | 'none'
  | 'minimal'
  | 'intermediate'
  | 'advanced'
  | 'expert'
  | 'innovator'
  | 'strategic'
  | (string & {});

/** What a tool is for. Source: STIX 2.0 part 1 §6.12 */
export type ToolLabelOv =
  | 'denial-of-service'
  | 'exploitation'
  | 'information-gathering'
  | 'network-capture'
  | 'credential-exploitation'
  | 'remote-access'
  | 'vulnerability-scanning'
  | (string & {});

/** Kinds of Windows PE files. Source: STIX 2.0 part 4 §2.7 */
export type WindowsPebinaryTypeOv = 'dll' | 'exe' | 'sys' | (string & {});
