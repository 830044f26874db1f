import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '../errors.ts';

/**
 * Networks that no public server has: this machine, private and local networks, the metadata services of clouds, and what
 * is reserved. Source: IANA special-purpose address registries (RFC 6890)
 */
const SPECIAL: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Which addresses may be connected to. */
export interface AddressGuard {
  /** @param named only what was named will do, however public it is */
  permits(address: string, named: boolean): boolean;
}

/**
 * @param allow addresses and networks that are permitted though they are special, `10.1.0.0/16` for instance
 * @throws {AppError} config.invalid when one of them is neither
 */
export function createGuard(allow: readonly string[]): AddressGuard {
  const named = networkList(allow);
  return {
    permits(address, onlyNamed) {
      // Lists find an IPv4 address also where it is written as an IPv6 one (::ffff:127.0.0.1).
      const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
      const family = isIP(plain);
      if (family === 0) return false;
      const kind = family === 4 ? 'ipv4' : 'ipv6';
      return named.check(plain, kind) || (!onlyNamed && !specialNetworks.check(plain, kind));
    },
  };
}

const specialNetworks = networkList(SPECIAL);

/** @throws {AppError} config.invalid */
function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits, ...more] = network.split('/');
    const family = isIP(address);
    const width = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || more.length > 0 || !(prefix <= width))
      throw new AppError('config.invalid', {
        description: `"${network}" is neither an address nor a network such as 10.1.0.0/16 or fd00::/8.`,
      });
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/**
 * Resolves a name as `net.connect` asks for it and hands on permitted addresses only: the addresses that are checked are
 * those that are connected to, so a name that is resolved again later gains nothing.
 */
export function guardedLookup(guard: AddressGuard, named: boolean): LookupFunction {
  return (hostname: string, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const permitted = addresses.filter(({ address }) => guard.permits(address, named));
      const [first] = permitted;
      if (first === undefined)
        callback(addressRefused(hostname, addresses[0]?.address ?? '', named) as NodeJS.ErrnoException, '');
      else if (options.all === true) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}

/** What is said about an address that is not permitted. */
export function addressRefused(host: string, address: string, named: boolean): AppError {
  const where = address === host ? address : `${host} (${address})`;
  return new AppError('remote.address', {
    description: named
      ? `${where} would get credentials over plain HTTP, where everybody on the way can read them. Use https://, or name the address under "allow" if the way there is safe.`
      : `${where} is an address of this machine, of a private network or otherwise special. If the other server is meant to be there, name the address or its network under "allow".`,
  });
}
