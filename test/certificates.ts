import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** X.509 certificates made on the spot: just enough DER for a small authority. */

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly subject: Name;
}

/** Attributes in order, the most general first. */
export type Name = Readonly<Partial<Record<keyof typeof ATTRIBUTES, string>>>;

export interface Wanted {
  readonly subject: Name;
  /** Absent: signed by itself. */
  readonly issuer?: Issued;
  readonly ca?: boolean;
  readonly from?: Date;
  readonly until?: Date;
  readonly usage?: keyof typeof USAGES;
  /** Names and addresses that a server has. */
  readonly hosts?: readonly string[];
  readonly algorithm?: 'ec' | 'rsa';
}

const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const;
const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2', email: '1.3.6.1.5.5.7.3.4' } as const;
const SIGNATURES = { ec: '1.2.840.10045.4.3.2', rsa: '1.2.840.113549.1.1.11' } as const;

const DAY_MS = 86_400_000;

export function issue(wanted: Wanted): Issued {
  const { subject, ca = false, usage, hosts = [], algorithm = 'ec' } = wanted;
  const { from = new Date(Date.now() - DAY_MS), until = new Date(Date.now() + 30 * DAY_MS) } = wanted;
  const { privateKey } =
    algorithm === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const issuer = wanted.issuer ?? { privateKey, subject };
  const signature = signatureOf(issuer.privateKey);
  const extensions = [
    extension('2.5.29.19', true, sequence(...(ca ? [tlv(0x01, Buffer.of(0xff))] : []))),
    ...(usage === undefined ? [] : [extension('2.5.29.37', false, sequence(oid(USAGES[usage])))]),
    ...(hosts.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...hosts.map(hostName)))]),
  ];
  const body = sequence(
    tlv(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    signature,
    nameOf(issuer.subject),
    sequence(time(from), time(until)),
    nameOf(subject),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(body, signature, bits(sign('sha256', body, issuer.privateKey)));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    subject,
  };
}

function signatureOf(key: KeyObject): Buffer {
  // RSA names its parameters as nothing.
  return key.asymmetricKeyType === 'ec'
    ? sequence(oid(SIGNATURES.ec))
    : sequence(oid(SIGNATURES.rsa), tlv(0x05, Buffer.alloc(0)));
}

function nameOf(name: Name): Buffer {
  const parts = Object.entries(name).map(([type, value]) =>
    tlv(0x31, sequence(oid(ATTRIBUTES[type as keyof typeof ATTRIBUTES]), tlv(0x0c, Buffer.from(value)))),
  );
  return sequence(...parts);
}

function hostName(host: string): Buffer {
  return /^[\d.]+$/.test(host) ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.of(0xff))] : []), tlv(0x04, value));
}

function oid(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from(octets));
}

/** Before 2050 with two digits of the year. Source: RFC 5280 §4.1.2.5 */
function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text));
}

function integer(value: Buffer): Buffer {
  return tlv(0x02, value);
}

function bits(value: Buffer): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.of(0), value]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
