import { isObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { closest, show } from '../schema/words.ts';
import { isListed } from './lists.ts';
import type { Rule } from './rule.ts';

/** Source: ISO 32000-1, table 317 */
const PDF_KEYS = [
  'Title',
  'Author',
  'Subject',
  'Keywords',
  'Creator',
  'Producer',
  'CreationDate',
  'ModDate',
  'Trapped',
];
const PDF_KEY_SET: ReadonlySet<string> = new Set(PDF_KEYS);

/** Labels of RFC 1034 and RFC 5890; names in other scripts stand as they are shown. */
const LABEL = /^[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_\p{Join_Control}\u00b7-]*[\p{L}\p{N}\p{M}_])?$/u;
const MAX_LABEL = 63;
const MAX_DOMAIN = 253;

export const OBSERVABLE_RULES: readonly Rule[] = [
  {
    id: 'media-type-registered',
    section: 'STIX 2.1 §6.7.1',
    severity: 'warning',
    types: ['artifact', 'file'],
    summary: 'The `mime_type` of files and artifacts is registered with IANA.',
    hint: 'Use the registered name where there is one, else `application/octet-stream`.',
    check({ mime_type: type }, report) {
      if (typeof type !== 'string' || isListed('media-types', type.toLowerCase())) return;
      report('/mime_type', `${show(type)} is no registered media type.`);
    },
  },
  characterSetRule('file-name-character-set', '6.7.1', 'file', 'name_enc'),
  characterSetRule('directory-path-character-set', '6.3.1', 'directory', 'path_enc'),
  {
    id: 'pdf-document-info',
    section: 'STIX 2.1 §6.7.4',
    severity: 'warning',
    types: ['file'],
    summary: `The keys of \`document_info_dict\` are those of PDF: ${PDF_KEYS.join(', ')}.`,
    hint: 'Write the keys as in the file, without the slash.',
    check({ extensions }, report) {
      const pdf = isObject(extensions) ? extensions['pdf-ext'] : undefined;
      const info = isObject(pdf) ? pdf.document_info_dict : undefined;
      if (!isObject(info)) return;
      for (const key of Object.keys(info)) {
        if (PDF_KEY_SET.has(key)) continue;
        const path = pointer(['extensions', 'pdf-ext', 'document_info_dict', key]);
        const meant = closest(key, PDF_KEYS);
        if (
          !report(
            path,
            `${show(key)} is no key of the document information of PDF.${meant === undefined ? '' : ` Did you mean ${show(meant)}?`}`,
          )
        )
          return;
      }
    },
  },
  {
    id: 'process-priority',
    section: 'STIX 2.1 §6.13.2',
    severity: 'warning',
    types: ['process'],
    summary: 'The `priority` of a process in Windows ends in `_CLASS`.',
    hint: 'Write `HIGH_PRIORITY_CLASS` rather than `HIGH`.',
    check({ extensions }, report) {
      const windows = isObject(extensions) ? extensions['windows-process-ext'] : undefined;
      const priority = isObject(windows) ? windows.priority : undefined;
      if (typeof priority !== 'string' || priority.endsWith('_CLASS')) return;
      report(
        '/extensions/windows-process-ext/priority',
        `${show(priority)} should end in "_CLASS", such as "NORMAL_PRIORITY_CLASS".`,
      );
    },
  },
  {
    id: 'domain-name-form',
    section: 'STIX 2.1 §6.4.1',
    severity: 'warning',
    types: ['domain-name'],
    summary: 'The `value` of a domain name has labels of RFC 1034 or RFC 5890 between dots.',
    hint: 'Leave schemes, ports, paths and brackets out; a URL is an object of its own.',
    check({ value }, report) {
      if (typeof value !== 'string') return;
      const reason = domainFault(value);
      if (reason !== undefined) report('/value', `${show(value)} is no domain name: ${reason}.`);
    },
  },
  {
    id: 'value-defanged',
    section: 'STIX 2.1 §3.2',
    severity: 'warning',
    types: ['url', 'domain-name', 'ipv4-addr', 'ipv6-addr', 'email-addr'],
    summary: 'Values that were altered so that nobody opens them say so with `defanged`.',
    hint: 'Send the value as it was observed, or set `defanged` to true.',
    check({ value, defanged }, report) {
      if (typeof value !== 'string' || defanged === true || !DEFANGED.test(value)) return;
      report('/value', `${show(value)} looks defanged, but the object does not say so.`);
    },
  },
];

const DEFANGED = /^(?:hxxps?|fxp|meow):|\[(?:\.|:|dot|at|@)\]|\((?:\.|dot)\)/i;

function characterSetRule(id: string, section: string, type: string, property: string): Rule {
  return {
    id,
    section: `STIX 2.1 §${section}`,
    severity: 'error',
    types: [type],
    summary: `\`${property}\` is a character set registered with IANA, by its preferred MIME name if it has one.`,
    hint: 'Write names such as `windows-1252`, `ISO-8859-1` or `Shift_JIS`.',
    check(object, report) {
      const name = object[property];
      if (typeof name !== 'string' || isListed('character-sets', name.toLowerCase())) return;
      report(`/${property}`, `${show(name)} is no registered character set.`);
    },
  };
}

function domainFault(value: string): string | undefined {
  if (value.length > MAX_DOMAIN + 1) return `it has ${value.length} characters, more than ${MAX_DOMAIN}`;
  const labels = (value.endsWith('.') ? value.slice(0, -1) : value).split('.');
  const odd = labels.find((label) => label.length > MAX_LABEL || !LABEL.test(label));
  if (odd === undefined) return undefined;
  if (odd === '') return 'a label is empty';
  return odd.length > MAX_LABEL ? `a label is longer than ${MAX_LABEL} characters` : `${show(odd)} is no label`;
}
