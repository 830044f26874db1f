import { hex, int, pick, type Random } from './random.ts';
import { slug } from './words.ts';

const DAY_MS = 86_400_000;

/**
 * STIX patterns as feeds carry them: most are one comparison, some combine several observations.
 * @param validFromMs of the indicator, milliseconds; it is valid for 30 days at least
 */
export function pattern(random: Random, validFromMs: number): string {
  return pick(random, PATTERNS)(random, validFromMs);
}

const PATTERNS: readonly ((random: Random, validFromMs: number) => string)[] = [
  (r) => `[ipv4-addr:value = '${address(r)}']`,
  (r) => `[ipv4-addr:value = '${address(r)}']`,
  (r) => `[ipv4-addr:value ISSUBSET '${address(r)}/${16 + int(r, 16)}']`,
  (r) => `[domain-name:value = '${host(r)}']`,
  (r) => `[domain-name:value = '${host(r)}']`,
  (r) => `[domain-name:value IN ('${host(r)}', '${host(r)}', '${host(r)}')]`,
  (r) => `[url:value = 'https://${host(r)}/${slug(r)}/login.php?id=${int(r, 100_000)}']`,
  (r) => `[url:value LIKE 'http://%.${slug(r)}.example/_ogin.php']`,
  (r) => `[file:hashes.'SHA-256' = '${hex(r, 64)}']`,
  (r) => `[file:hashes.'SHA-256' = '${hex(r, 64)}']`,
  (r) => `[file:hashes.'SHA-256' = '${hex(r, 64)}' OR file:hashes.MD5 = '${hex(r, 32)}']`,
  (r) => `[file:name = '${slug(r)}.dll' AND file:size >= ${1024 + int(r, 90_000)} AND file:size < 1048576]`,
  (r) => `[process:command_line MATCHES '(?i)rundll32\\\\.exe\\\\s+${slug(r)}\\\\.dll,#1$']`,
  (r) => `[network-traffic:dst_ref.value = '${address(r)}' AND network-traffic:dst_port = ${1 + int(r, 65_535)}]`,
  (r) => `[ipv4-addr:value = '${address(r)}'] AND [domain-name:value = '${host(r)}']`,
  (r) =>
    `([file:name = '${slug(r)}.exe'] FOLLOWEDBY [process:image_ref.name = '${slug(r)}.exe']) WITHIN ${60 + int(r, 600)} SECONDS`,
  (r) => `[email-message:from_ref.value = '${slug(r)}@${host(r)}'] REPEATS ${2 + int(r, 8)} TIMES WITHIN 3600 SECONDS`,
  (r, validFromMs) =>
    `[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\${slug(r)}'] START ${timeOf(validFromMs + DAY_MS)} STOP ${timeOf(validFromMs + 30 * DAY_MS)}`,
];

export function address(random: Random): string {
  return `${1 + int(random, 223)}.${int(random, 256)}.${int(random, 256)}.${int(random, 256)}`;
}

export function host(random: Random): string {
  return `${slug(random)}${int(random, 100_000)}.${pick(random, ['example', 'example.org', 'example.net'])}`;
}

function timeOf(ms: number): string {
  return `t'${new Date(ms).toISOString()}'`;
}
