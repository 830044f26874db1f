import fc from 'fast-check';
import type { Json } from '../../../src/stix/json.ts';

export const uuid: fc.Arbitrary<string> = fc.uuid({ version: 4 });

/** Any text that is valid Unicode. */
export const text: fc.Arbitrary<Json> = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((value) => value.isWellFormed());

const fraction = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 12 })
  .map((digits) => digits.join(''));

/** Timestamps that all differ, with 3 to 12 digits of the fraction. */
export const time: fc.Arbitrary<string> = fc
  .tuple(fc.date({ min: new Date('1971-01-01'), max: new Date('2199-01-01'), noInvalidDate: true }), fraction)
  .map(([date, digits]) => `${date.toISOString().slice(0, 19)}.${digits}Z`);

export function pick(values: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...values);
}

const HEX = '0123456789abcdef'.split('');
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...HEX), minLength: digits, maxLength: digits });
const base64 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((octets) => Buffer.from(octets).toString('base64'));
const hashes = fc
  .record(
    { MD5: hex(32), 'SHA-1': hex(40), 'SHA-256': hex(64), 'SHA-512': hex(128), TLSH: hex(70) },
    { requiredKeys: ['SHA-256'] },
  )
  .map((value): Json => ({ ...value }));
const ipv4 = fc.ipV4();
const slug = fc.stringMatching(/^[a-z][a-z0-9]{2,8}(?:-[a-z0-9]{1,8}){0,3}$/);
const key = fc.stringMatching(/^[a-z][a-z0-9_]{2,20}$/);
const language = pick(['en', 'de-CH', 'zh-Hant-TW', 'pt-BR', 'sl-rozaj-biske', 'x-klingon', 'ENG', 'de-1996']);
const url = fc.webUrl();

const FILES: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  'common/binary.json': base64,
  'common/dictionary.json': fc.dictionary(key, fc.oneof(text, fc.boolean()), { minKeys: 1, maxKeys: 3 }),
  'common/hashes.json': hashes,
  'common/hex.json': hex(8),
  'common/language-tag.json': language,
  'common/media-type.json': pick(['application/pdf', 'text/plain', 'image/png']),
  'common/timestamp.json': time,
  'common/version-timestamp.json': time,
  'common/uri.json': url,
};

/** Values by the schema that says what they are. */
export function byFile(file: string): fc.Arbitrary<Json> | undefined {
  return FILES[file];
}

const NAMES: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  spec_version: fc.constant('2.1'),
  external_references: fc.array(
    fc.oneof(
      fc.record({ source_name: fc.constant('acme'), url, hashes }),
      fc.record({ source_name: fc.constant('cve'), external_id: pick(['CVE-2024-3094', 'CVE-2021-44228']) }),
      fc.record({
        source_name: fc.string({ minLength: 1 }).filter((name) => !/^(?:cve|capec)$/.test(name)),
        description: text,
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ) as fc.Arbitrary<Json>,
  granular_markings: fc.array(
    fc.oneof(
      fc.record({ lang: language, selectors: fc.constant(['id', 'type']) }),
      fc.record({
        marking_ref: uuid.map((random) => `marking-definition--${random}`),
        selectors: fc.constant(['type']),
      }),
    ),
    { minLength: 1, maxLength: 2 },
  ) as fc.Arbitrary<Json>,
  kill_chain_name: slug,
  phase_name: slug,
  pattern: pick([
    "[ipv4-addr:value = '198.51.100.7']",
    "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] REPEATS 2 TIMES",
    "[url:value LIKE 'https://%.example/gate'] FOLLOWEDBY [process:pid > 4]",
  ]),
  pattern_type: fc.constant('stix'),
  pattern_version: fc.constant('2.1'),
  product: slug,
  country: pick(['DE', 'FR', 'us', 'JP']),
  administrative_area: pick(['Tak', 'Bavaria', 'São Paulo']),
  mime_type: pick(['application/pdf', 'text/plain', 'image/png', 'application/zip']),
  name_enc: pick(['windows-1252', 'ISO-8859-1', 'Shift_JIS']),
  path_enc: pick(['windows-1252', 'ISO-8859-1', 'Shift_JIS']),
  protocols: fc.constantFrom<Json>(['ipv4', 'tcp', 'https'], ['ipv6', 'udp', 'dns'], ['ipv4', 'icmp']),
  ipfix: fc.constant({ minimumIpTotalLength: 32 }),
  cpe: fc.constant('cpe:2.3:a:acme:frost:1.0:*:*:*:*:*:*:*'),
  key: fc.constant('HKEY_LOCAL_MACHINE\\Software\\Frostbyte'),
  additional_header_fields: fc.constant({ 'Reply-To': ['billing@frostbyte.example'] }),
  environment_variables: fc.constant({ PATH: '/bin' }),
  contents: fc.dictionary(language, fc.dictionary(key, text, { minKeys: 1 }), { minKeys: 1, maxKeys: 2 }),
  body_multipart: fc.constant([{ body: 'Please pay.', content_type: 'text/plain' }]),
  values: fc.constant([{ name: 'Run', data: 'frost.exe', data_type: 'REG_SZ' }]),
};

const VALUES: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  'domain-name': fc.domain(),
  'email-addr': fc.emailAddress(),
  'ipv4-addr': fc.oneof(
    ipv4,
    ipv4.map((address) => `${address}/24`),
  ),
  'ipv6-addr': fc.ipV6().filter((address) => !address.includes('.')),
  'mac-addr': hex(12).map((digits) => (digits.match(/../g) ?? []).join(':')),
  url,
};

/** Values by the name of the property, where the standard asks more than the schema says. */
export function byName(name: string, type: string): fc.Arbitrary<Json> | undefined {
  if (name === 'value') return VALUES[type];
  if (name === 'version' && type === 'extension-definition') return fc.constant('1.0.0');
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}
