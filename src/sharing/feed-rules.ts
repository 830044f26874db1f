import { isIP } from 'node:net';
import { parseInstant } from '../time.ts';
import { scheduleFault } from './cron.ts';
import type { FeedEntry, FeedTermsEntry, Problem } from './hub-document.ts';
import { FEED_WAYS } from './model.ts';

/** What is wrong with a feed beyond its schema. */
export function feedFaults(feed: FeedEntry): Problem[] {
  const problems: Problem[] = [];
  const complain = (message: string, ...path: readonly string[]): void => void problems.push({ path, message });
  if (feed.pull === undefined && feed.push === undefined)
    complain('expected "pull" (objects come from there), "push" (they go there), or both');
  const url = URL.canParse(feed.url) ? new URL(feed.url) : undefined;
  if (url === undefined) complain('this is no URL', 'url');
  else if (url.username !== '' || url.password !== '')
    complain('credentials do not belong into the URL: use "credentials"', 'url');
  else if (url.search !== '' || url.hash !== '') complain('expected the URL of an API root, without ? and #', 'url');
  const secrets = secretsOf(feed.credentials);
  if (secrets !== undefined && secrets.given.length !== 1)
    complain(
      `expected one of ${secrets.known.join(', ')}; found ${secrets.given.join(' and ') || 'none'}`,
      'credentials',
    );
  if ((feed.tls?.cert_file === undefined) !== (feed.tls?.key_file === undefined))
    complain('a client certificate needs both cert_file and key_file', 'tls');
  if (feed.proxy !== undefined && feed.proxy_env !== undefined)
    complain('expected one of proxy, proxy_env', 'proxy_env');
  for (const network of feed.allow ?? [])
    if (!isNetwork(network))
      complain(
        `${JSON.stringify(network)} is neither an address nor a network such as 10.1.0.0/16 or fd00::/8`,
        'allow',
      );
  for (const way of FEED_WAYS)
    for (const { path, message } of termFaults(feed[way])) complain(message, way, ...path.map(String));
  return problems;
}

/** An address, or one with the number of bits that make a network. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function secretsOf(
  credentials: FeedEntry['credentials'],
): { readonly known: readonly string[]; readonly given: readonly string[] } | undefined {
  if (credentials === undefined) return undefined;
  const known = credentials.kind === 'basic' ? ['password_env', 'password_file'] : ['token_env', 'token_file'];
  return { known, given: known.filter((key) => key in credentials) };
}

function termFaults({ schedule, added_after: after }: FeedTermsEntry = {}): Problem[] {
  const problems: Problem[] = [];
  const fault = schedule === undefined ? undefined : scheduleFault(schedule);
  if (fault !== undefined)
    problems.push({ path: ['schedule'], message: `the schedule ${JSON.stringify(schedule)} ${fault}` });
  if (after !== undefined && parseInstant(after) === undefined)
    problems.push({
      path: ['added_after'],
      message: `${JSON.stringify(after)} is no instant that exists; expected one such as 2026-01-31T00:00:00Z`,
    });
  return problems;
}
