import { resolveSrv } from 'node:dns/promises';
import { AppError } from '../errors.ts';

const NAME = /^(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.?)+$/;

/**
 * URLs of the discovery endpoints of a domain, the preferred one first.
 * @param domain `example.org`
 * @param resolve of SRV records; that of the system unless a test gives another
 * @throws {AppError} remote.unreachable when the domain announces none, config.invalid
 * Source: TAXII 2.1 §1.4.1 (DNS SRV record _taxii2._tcp)
 */
export async function locateDiscovery(
  domain: string,
  resolve: (name: string) => Promise<readonly SrvTarget[]> = resolveSrv,
): Promise<string[]> {
  if (!NAME.test(domain))
    throw new AppError('config.invalid', { description: `${JSON.stringify(domain)} is no name of a domain.` });
  const name = `_taxii2._tcp.${domain.replace(/\.$/, '')}`;
  let found: readonly SrvTarget[];
  try {
    found = await resolve(name);
  } catch (cause) {
    throw new AppError('remote.unreachable', {
      description: `${domain} announces no TAXII server: there is no DNS record ${name} of type SRV. Give the URL of the server itself.`,
      cause,
    });
  }
  // A single dot says that there decidedly is none (RFC 2782).
  const targets = found.filter((target) => NAME.test(target.name) && target.name !== '.');
  if (targets.length === 0)
    throw new AppError('remote.unreachable', { description: `${domain} says that it has no TAXII server.` });
  return targets
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    .map(
      (target) => `https://${target.name.replace(/\.$/, '')}${target.port === 443 ? '' : `:${target.port}`}/taxii2/`,
    );
}

export interface SrvTarget {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}
