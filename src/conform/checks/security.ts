import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { objectsOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { ALL } from '../gather.ts';
import { earlyDataOf, handshake } from '../handshake.ts';
import type { Probe } from '../probe.ts';
import { scopeOf } from '../sample.ts';

/** Section 8 and appendix B: transport, sign-in, security. */
export const SECURITY: readonly (Check | Watch)[] = [
  check(
    'T21-8.2.2-01',
    'HTTPS is accepted',
    async (t) => {
      const { origin, discovery } = t.target;
      if (origin.startsWith('https:')) return;
      if (/^http:\/\/(127\.|localhost[:/]?|\[::1\])/.test(origin))
        t.skip('plain HTTP on this machine, as in development');
      t.expect(false, 'https: TAXII 2.1 is spoken over TLS', discovery);
    },
    { also: ['T21-1.6.6-01'] },
  ),
  check(
    'T21-8.2.2-02',
    'TLS 1.2 is accepted',
    async (t) => {
      await shaken(t, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, true, 'a handshake with TLS 1.2');
    },
    { needs: ['tls'] },
  ),
  check(
    'T21-8.2.2-03',
    'TLS 1.3 is accepted',
    async (t) => {
      await shaken(t, { minVersion: 'TLSv1.3' }, true, 'a handshake with TLS 1.3');
    },
    { needs: ['tls'] },
  ),
  check(
    'T21-8.2.2-05',
    'weak cipher suites of TLS 1.2 are refused',
    async (t) => {
      const ciphers =
        'AES128-SHA:AES256-SHA:AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0';
      await shaken(
        t,
        { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers },
        false,
        'no handshake with a suite of RFC 7540 appendix A',
      );
    },
    { needs: ['tls'] },
  ),
  check(
    'T21-8.2.2-06',
    'TLS below 1.2 is refused',
    async (t) => {
      await shaken(
        t,
        { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
        false,
        'no handshake with TLS 1.1',
      );
    },
    { needs: ['tls'] },
  ),
  check('T21-8.2.2-07', 'HTTP Basic is implemented', async (t) => {
    const { authorization } = t.session;
    if (authorization !== undefined && /^basic /i.test(authorization)) {
      t.expectStatus(await t.get(t.target.root), [200], 'Basic credentials');
      return;
    }
    const answer = await t.get(`${t.target.root}collections/`, { authorization: null });
    if (answer.status !== 401) t.skip('no challenge was seen');
    t.expect(/\bBasic\b/i.test(answer.header('www-authenticate') ?? ''), 'a challenge that offers Basic', answer);
  }),
  check('T21-8.2.2-09', 'a token is accepted', async (t) => {
    if (!/^(bearer|token) /i.test(t.session.authorization ?? '')) t.skip('needs --token-env or --token-file');
    t.expectStatus(await t.get(t.target.root), [200], 'the token');
  }),
  check(
    'T21-8.3.1-01',
    'a client certificate signs in',
    async (t) => {
      if (!t.session.certificate) t.skip('needs --cert and --key');
      if (t.session.authorization !== undefined) t.skip('other credentials were given beside the certificate');
      t.expectStatus(await t.get(`${t.target.root}collections/`), [200], 'the caller has a client certificate');
    },
    { needs: ['tls'] },
  ),
  check(
    'T21-8.2.2-04',
    'TLS 1.3 takes no early data',
    async (t) => {
      const early = await maxEarlyData(t);
      t.expect(early === 0, 'a session ticket without early data (0-RTT)', undefined, `max_early_data_size ${early}`);
    },
    { needs: ['tls'] },
  ),
  check(
    'T21-B-01',
    'next is not trusted',
    async (t) => {
      const { sample, target } = t;
      const page = await t.read(`${sample.url}objects/?${scopeOf(sample)}&${ALL}&limit=1`);
      const { next } = page.body;
      if (typeof next !== 'string') return t.skip('the server gives no next');
      const other = target.collections.find(({ url, canRead }) => canRead && url !== sample.url);
      if (other !== undefined) {
        const answer = await t.get(`${other.url}objects/?limit=50&next=${encodeURIComponent(next)}`);
        const foreign = objectsOf(answer.body.objects).some(({ id }) =>
          sample.entries.some((entry) => entry.id === id),
        );
        const own = foreign && (await holdsSample(t, other.url));
        t.expect(
          answer.status < 500 && (!foreign || own),
          'nothing of the collection that next was issued for',
          answer,
        );
      }
      const later = await t.get(
        `${sample.url}objects/?${scopeOf(sample)}&${ALL}&added_after=2100-01-01T00:00:00.000000Z&next=${encodeURIComponent(next)}`,
      );
      t.expect(
        later.status === 400 || !('objects' in later.body),
        'nothing that was added before added_after, whatever next says',
        later,
      );
      const damaged = `${next.slice(0, -1)}${next.endsWith('A') ? 'B' : 'A'}`;
      const answer = await t.get(`${sample.url}objects/?limit=1&next=${encodeURIComponent(damaged)}`);
      t.expect(answer.status < 500, '400, or a page of this query', answer);
    },
    { needs: ['sample'], also: ['T21-3.5-11'] },
  ),
  watch('T21-B-04', 'a page without limit is bounded', ({ body, status, sent }, kind) => {
    if ((kind !== 'objects' && kind !== 'manifest') || status !== 200 || sent.method !== 'GET') return undefined;
    return objectsOf(body.objects).length <= 100_000 || 'a page of bounded size';
  }),
];

/** The same objects may stand in the other collection as well. */
async function holdsSample(t: Probe, url: string): Promise<boolean> {
  const answer = await t.get(`${url}manifest/?${scopeOf(t.sample)}&limit=1`);
  return objectsOf(answer.body.objects).length > 0;
}

/** What the session tickets of TLS 1.3 allow as early data, octets. */
async function maxEarlyData(t: Probe): Promise<number> {
  const { tickets, words } = await handshake(
    { ...addressOf(t), minVersion: 'TLSv1.3' },
    `HEAD /taxii2/ HTTP/1.1\r\nHost: ${new URL(t.target.origin).host}\r\nConnection: close\r\n\r\n`,
  );
  const sizes = tickets.map(earlyDataOf);
  if (sizes.length === 0) t.skip(`the server gave no session ticket to look at (${words})`);
  return Math.max(...sizes);
}

async function shaken(t: Probe, options: ConnectionOptions, wanted: boolean, expected: string): Promise<void> {
  const found = await handshake({ ...addressOf(t), ...options });
  if (found.own) t.skip(`this machine's TLS library does not offer it: ${found.words}`);
  t.expect(found.done === wanted, expected, undefined, found.words);
}

function addressOf(t: Probe): ConnectionOptions {
  const { hostname, port } = new URL(t.target.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const named = !isIP(host);
  return { host, port: Number(port || 443), ...(named ? { servername: host } : {}) };
}
