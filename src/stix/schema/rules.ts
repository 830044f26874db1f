import { VOCABULARIES, VOCABULARIES_20 } from '../vocabularies.ts';

/** One rule that a schema states: docs/rules.md lists them beside the rules beyond the schemas. */
export interface SchemaRule {
  /** Stable, lower case with hyphens. */
  readonly id: string;
  /** `STIX 2.1 §3.2`; where several sections state it, the general one. */
  readonly section: string;
  readonly severity: 'error' | 'warning';
  /** What the rule demands, in one sentence. */
  readonly summary: string;
}

/** The rules of the schemas, in the order of the standard. A test sees to it that none is missing. */
export const SCHEMA_RULES: readonly SchemaRule[] = [
  error('object-required', '3', 'An object is a JSON object.'),
  error('nesting-depth', '3', 'Lists and objects are nested at most 100 levels deep.'),
  error('member-count', '3', 'One object has at most 100,000 members.'),
  error('required-property', '3.2', 'Every property that the type of the object requires is there.'),
  error('value-type', '3.2', 'Every value has the JSON type of its property.'),
  error('spec-version', '3.2', '`spec_version` is the version of STIX that the object is written in.'),
  error('timestamp-precision', '3.2', '`created` and `modified` have at least three fraction digits.'),
  error('language-tag', '3.2', 'Languages have the form of RFC 5646.'),
  error('property-name', '3.1', 'Names of properties have 3 to 250 characters of `a-z0-9_`, a letter first.'),
  error('type-name', '3.1', 'Names of types have characters of `a-z0-9-`, a letter first, no two hyphens in a row.'),
  error('text-length', '3.1', 'Names of types have 3 to 250 characters.'),
  error('reference-format', '3.3', 'A reference is a type, two hyphens and a UUID.'),
  error('binary-format', '2.1', 'Binary values are base64 with padding.'),
  error('empty-object', '2.3', 'No dictionary is empty, and no extension lacks what it must have.'),
  error('dictionary-key', '2.3', 'Keys of dictionaries have 1 to 250 characters of `a-zA-Z0-9_-`.'),
  error('enumeration', '2.4', 'A value of an enumeration is one of those that the standard lists.'),
  error('fixed-value', '3.2', 'A property with one possible value has it.'),
  error('uri-format', '2.5', 'A URL is absolute and has only characters that RFC 3986 allows.'),
  error('external-reference-content', '2.5.2', 'An external reference has a description, a url or an external_id.'),
  error('external-reference-cve', '4.19.1', 'A reference to `cve` has a CVE id as its external_id.'),
  error('external-reference-capec', '4.1.1', 'A reference to `capec` has a CAPEC id as its external_id.'),
  error('hash-algorithm-name', '2.7', 'Names of hash algorithms have 3 to 250 characters of `a-zA-Z0-9_-`.'),
  error('hash-value', '10.7', 'A hash value has the form and the length of its algorithm.'),
  error('hex-format', '2.8', 'Hexadecimal values have an even number of digits in lower case.'),
  error('identifier-format', '2.9', 'An id is a type, two hyphens and a UUID of RFC 4122.'),
  error('identifier-type', '2.9', 'The id of an object starts with the type of the object.'),
  error('number-range', '2.10', 'Numbers are in the range of their property, integers within 53 bits.'),
  error('empty-list', '2.12', 'No list is empty.'),
  error('null-value', '2.12', 'No property is null.'),
  warning('vocabulary-style', '2.14', 'Values that an open vocabulary does not list are lower case with hyphens.'),
  error('timestamp-format', '2.16.1', 'Timestamps are in UTC and have the form `YYYY-MM-DDTHH:mm:ss.sssZ`.'),
  error('timestamp-calendar', '2.16.1', 'Timestamps name a day and a time that exist.'),
  error('location-content', '4.10', 'A location has a region, a country, or a latitude with a longitude.'),
  error(
    'location-coordinates',
    '4.10.1',
    'A location has a latitude and a longitude or neither, and a precision only with both.',
  ),
  error('malware-family-name', '4.11.1', 'A malware family has a name.'),
  error('malware-analysis-content', '4.12', 'A malware analysis has a result or analysis_sco_refs.'),
  error('observed-data-content', '4.14', 'Observed data has either object_refs or the deprecated objects.'),
  error('relationship-type-name', '5.1.2', 'Types of relationships have characters of `a-z0-9-`.'),
  error('artifact-content', '6.1', 'An artifact has either a payload_bin or a url.'),
  error('artifact-url-hashes', '6.1', 'An artifact with a url has hashes.'),
  error('artifact-encryption', '6.1.1', 'An artifact with a decryption_key has an encryption_algorithm.'),
  error('media-type', '6.1.1', 'The media type of an artifact has the form of RFC 6838.'),
  error('email-address', '6.5.1', 'An email address has no display name.'),
  error('email-message-body', '6.6.1', 'An email has body_multipart if it has parts, else a body.'),
  error('mime-part-content', '6.6.2', 'A part of an email has a body or a body_raw_ref.'),
  error('file-content', '6.7', 'A file has hashes or a name.'),
  error('file-encryption', '6.7', 'Only an encrypted file has an encryption_algorithm (STIX 2.0).'),
  error('ip-address', '6.8.1', 'An IP address is one address or one block in CIDR notation.'),
  error('mac-address', '6.10.1', 'A MAC address has six octets in lower case with colons.'),
  error('network-traffic-ends', '6.12', 'Network traffic has a src_ref or a dst_ref.'),
  error('network-traffic-active', '6.12.1', 'Network traffic that still goes on has no end.'),
  error('process-content', '6.13', 'A process has a property of its own or an extension.'),
  error('startup-info', '6.13.2', 'The members of `startup_info` have their names in Windows.'),
  error('cpe-format', '6.14.1', 'A CPE name is of version 2.3.'),
  error('user-account-content', '6.16', 'A user account has a property of its own.'),
  error('registry-key-content', '6.17', 'A registry key has a property of its own.'),
  error('registry-hive', '6.17.1', 'The hive of a registry key is spelled out.'),
  error('registry-value-content', '6.17.2', 'A registry value has a name, data or a data_type.'),
  error('certificate-content', '6.18', 'A certificate has a property of its own.'),
  error('marking-content', '7.2.1', 'A marking definition has a definition_type with a definition, or extensions.'),
  error('marking-statement', '7.2.1.3', 'A statement marking has a text as its statement.'),
  error('marking-tlp', '7.2.1.4', 'A TLP marking is one of the four of the standard.'),
  error('granular-marking-content', '7.2.3', 'A granular marking has either a marking_ref or a lang.'),
  error('selector-format', '7.2.3', 'A selector is a path of names and list positions.'),
  error(
    'extension-key',
    '7.3',
    'An extension stands under the id of its definition, or under a name that ends in `-ext`.',
  ),
  error('extension-properties-type', '7.3.1', 'Only an extension that adds top-level properties lists them.'),
  error('extension-schema', '7.3', 'An extension fits the schema that the operator has supplied for it.'),
  error('bundle-in-bundle', '8', 'No bundle is inside a bundle.'),
  ...vocabularyRules(),
];

function error(id: string, section: string, summary: string): SchemaRule {
  return { id, section: `STIX 2.1 §${section}`, severity: 'error', summary };
}

function warning(id: string, section: string, summary: string): SchemaRule {
  return { ...error(id, section, summary), severity: 'warning' };
}

function vocabularyRules(): SchemaRule[] {
  const vocabularies = new Map([...VOCABULARIES_20, ...VOCABULARIES]);
  return [...vocabularies].map(([id, { section }]) => ({
    id,
    section,
    severity: 'warning',
    summary: `A value of ${id} should be one that it lists.`,
  }));
}
