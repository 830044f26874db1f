import { isObject, type Json, type JsonObject } from '../json.ts';
import { pointer } from '../schema/context.ts';
import { show } from '../schema/words.ts';
import { isListed, type ListName } from './lists.ts';
import type { Rule } from './rule.ts';

const NETWORK_LAYER: ReadonlySet<string> = new Set(['ipv4', 'ipv6', 'ip', 'arp']);
const TRANSPORT_LAYER: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'dccp', 'icmp', 'icmp6', 'icmpv6', 'igmp']);

/** By predefined extension, the protocols of which one must be listed. */
const EXTENSION_PROTOCOLS: Readonly<Record<string, RegExp>> = {
  'http-request-ext': /^(?:https?|http\/?[0-9.]*|http-alt|h2c?)$/,
  'icmp-ext': /^(?:icmp|icmpv?[46]|ipv6-icmp)$/,
  'tcp-ext': /^tcp$/,
};

export const NETWORK_RULES: readonly Rule[] = [
  {
    id: 'network-traffic-ports',
    section: 'STIX 2.1 §6.12.1',
    severity: 'warning',
    types: ['network-traffic'],
    summary: 'Network traffic has both `src_port` and `dst_port`.',
    hint: 'Add the ports; they tell one connection from another.',
    check({ src_port: source, dst_port: destination }, report) {
      const missing = [source === undefined && 'src_port', destination === undefined && 'dst_port'].filter(Boolean);
      if (missing.length > 0) report('', `The network traffic has no ${missing.join(' and no ')}.`);
    },
  },
  {
    id: 'protocol-listed',
    section: 'STIX 2.1 §6.12.1',
    severity: 'warning',
    types: ['network-traffic'],
    summary: '`protocols` are service names registered with IANA, in lower case.',
    hint: 'Write `https` rather than `HTTPS` or `http over tls`.',
    check({ protocols }, report) {
      if (!Array.isArray(protocols)) return;
      for (let index = 0; index < protocols.length; index++) {
        const protocol: Json = protocols[index];
        if (typeof protocol !== 'string' || isListed('protocols', protocol)) continue;
        const lower = protocol.toLowerCase();
        const meant = isListed('protocols', lower) ? ` Did you mean ${show(lower)}?` : '';
        if (!report(`/protocols/${index}`, `${show(protocol)} is no registered protocol name.${meant}`)) return;
      }
    },
  },
  {
    id: 'protocol-order',
    section: 'STIX 2.1 §6.12.1',
    severity: 'warning',
    types: ['network-traffic'],
    summary: '`protocols` go from the outermost to the innermost.',
    hint: 'Write `["ipv4", "tcp", "http"]`.',
    check({ protocols }, report) {
      if (!Array.isArray(protocols)) return;
      const network = protocols.findIndex(
        (protocol: Json) => typeof protocol === 'string' && NETWORK_LAYER.has(protocol),
      );
      const transport = protocols.findIndex(
        (protocol: Json) => typeof protocol === 'string' && TRANSPORT_LAYER.has(protocol),
      );
      if (transport < 0 || network < transport) return;
      report(
        `/protocols/${network}`,
        `${show(protocols[network])} carries ${show(protocols[transport])} and so stands before it.`,
      );
    },
  },
  {
    id: 'protocol-of-extension',
    section: 'STIX 2.1 §6.12.1',
    severity: 'warning',
    types: ['network-traffic'],
    summary: 'The protocol that an extension describes is listed in `protocols`.',
    hint: 'Add the protocol to the list, or leave the extension out.',
    check({ protocols, extensions }, report) {
      if (!Array.isArray(protocols) || !isObject(extensions)) return;
      for (const [name, expected] of Object.entries(EXTENSION_PROTOCOLS)) {
        if (extensions[name] === undefined) continue;
        if (
          protocols.some(
            (protocol: Json) =>
              typeof protocol === 'string' && protocol.length < 20 && expected.test(protocol.toLowerCase()),
          )
        )
          continue;
        report(`/extensions/${name}`, `The protocol of ${show(name)} is not listed in protocols.`);
      }
    },
  },
  keysRule(
    'ipfix-element',
    '6.12.1',
    'ipfix-elements',
    ({ ipfix }) => ['/ipfix', ipfix],
    'information element of IPFIX',
  ),
  keysRule(
    'http-request-header',
    '6.12.2',
    'http-request-headers',
    (object) => inExtension(object, 'http-request-ext', 'request_header'),
    'known field of HTTP requests',
  ),
  keysRule(
    'socket-option',
    '6.12.4',
    'socket-options',
    (object) => inExtension(object, 'socket-ext', 'options'),
    'known socket option',
  ),
];

/** Keys of a dictionary that come from a list. Names of HTTP fields ignore case, the others do not. */
function keysRule(
  id: string,
  section: string,
  list: ListName,
  find: (object: JsonObject) => readonly [string, Json | undefined],
  what: string,
): Rule {
  const fold = list === 'http-request-headers';
  return {
    id,
    section: `STIX 2.1 §${section}`,
    severity: 'warning',
    types: ['network-traffic'],
    summary: `Each key is the name of a ${what}.`.replace('a information', 'an information'),
    hint: 'Write the names as the registry does, upper and lower case included.',
    check(object, report) {
      const [path, dictionary] = find(object);
      if (!isObject(dictionary)) return;
      for (const key of Object.keys(dictionary)) {
        if (isListed(list, fold ? key.toLowerCase() : key)) continue;
        if (!report(`${path}${pointer([key])}`, `${show(key)} is no ${what}.`)) return;
      }
    },
  };
}

function inExtension(
  { extensions }: JsonObject,
  extension: string,
  property: string,
): readonly [string, Json | undefined] {
  const found = isObject(extensions) ? extensions[extension] : undefined;
  return [`/extensions/${extension}/${property}`, isObject(found) ? found[property] : undefined];
}
