import { gunzipSync } from 'node:zlib';
import { objectsOf, stringOf, V21 } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { PAGED } from '../endpoint.ts';
import { ALL } from '../gather.ts';
import { indicator } from '../objects.ts';
import { scopeOf } from '../sample.ts';
import { DATES } from './data-types.ts';

/** What follows from HTTP and from what clients do. */
export const DERIVED: readonly (Check | Watch)[] = [
  check('T21-D-01', 'HTTP/1.1 works', async (t) => {
    t.expectStatus(await t.get(t.target.root), [200], 'the suite speaks HTTP/1.1');
  }),
  check(
    'T21-D-02',
    'Range is ignored',
    async (t) => {
      const url = `${t.reading.url}manifest/?limit=3`;
      const whole = await t.read(url);
      for (const range of ['items 0-1', 'items=0-1', 'bytes=0-9']) {
        const answer = await t.get(url, { headers: { Range: range } });
        t.expect(
          answer.status === 200 && answer.bytes.length === whole.bytes.length,
          '200 with the whole answer: TAXII 2.1 has no Range',
          answer,
        );
      }
    },
    { needs: ['read'], also: ['T21-0-05'] },
  ),
  check(
    'T21-D-03',
    'HEAD is GET without a body',
    async (t) => {
      const url = `${t.reading.url}objects/?limit=1`;
      const [get, head] = [await t.read(url), await t.request('HEAD', url)];
      t.expectStatus(head, [200], 'HEAD is what GET is');
      for (const name of ['content-type', ...DATES])
        t.expect(head.header(name) === get.header(name), `${name}: ${get.header(name)}, as for GET`, head);
    },
    { needs: ['read'] },
  ),
  check(
    'T21-D-04',
    'a method that an address does not have is 405, with Allow',
    async (t) => {
      for (const [method, path] of [
        ['PUT', 'manifest/'],
        ['POST', 'manifest/'],
      ] as const) {
        const answer = await t.request(method, `${t.writing.url}${path}`);
        t.expect(
          answer.status === 405 && answer.header('allow') !== undefined,
          '405 with Allow, which names the methods there are',
          answer,
        );
      }
    },
    // A server that is wrong here may do anything.
    { needs: ['write'] },
  ),
  watch('T21-D-06', 'shared caches are told not to mix up callers', (answer, kind) => {
    if (kind === 'other' || answer.status !== 200 || answer.sent.method !== 'GET' || !answer.sent.signedIn)
      return undefined;
    return (
      /private|no-store|no-cache/i.test(answer.header('cache-control') ?? '') ||
      /\*|authorization/i.test(answer.header('vary') ?? '') ||
      'Cache-Control: private or no-store, or Vary: Authorization'
    );
  }),
  check(
    'T21-D-09',
    'date_added is not in the future',
    async (t) => {
      const { sample } = t;
      const answer = await t.read(`${sample.url}manifest/?${scopeOf(sample)}&${ALL}`);
      const now = Date.parse(answer.header('date') ?? '') || Date.now();
      for (const { date_added: date } of objectsOf(answer.body.objects))
        t.expect(
          Date.parse(stringOf(date)) <= now + 61_000,
          'dates that are not past the Date header, but for unavoidable steps',
          answer,
          `${stringOf(date)} at ${answer.header('date')}`,
        );
    },
    { needs: ['sample'] },
  ),
  check('T21-D-10', 'an unknown address is 404 with a TAXII error', async (t) => {
    const answer = await t.get(`${t.target.root}conform-unknown/`);
    t.expect(answer.status === 404 && 'title' in answer.body, '404 with an error resource, no HTML page', answer);
  }),
  watch('T21-D-11', 'an overloaded server says when to come back', (answer) => {
    if (answer.status !== 429 && answer.status !== 503) return undefined;
    return (
      /^([1-9]\d*|[A-Z][a-z]{2}, .*)$/.test(answer.header('retry-after') ?? '') ||
      'Retry-After with a number of seconds or a date'
    );
  }),
  check('T21-D-12', 'odd paths lead nowhere else', async (t) => {
    const { root, reading } = t.target;
    const id = reading?.id ?? t.skip('no collection may be read');
    const upper = await t.get(`${root}collections/${id.toUpperCase()}/`);
    t.expect(upper.status === 404 || upper.body.id === id, 'the same collection, or 404', upper);
    for (const path of ['%2e%2e/taxii2/', './collections/', '%00/', '%zz/'])
      t.expect(
        (await t.get(`${root}${path}`)).status < 500,
        'the plain meaning, 404 or 400',
        await t.get(`${root}${path}`),
      );
  }),
  check(
    'T21-D-13',
    'Expect: 100-continue gets the refusal before the body',
    async (t) => {
      const object = indicator();
      const answer = await t.request('POST', `${t.writing.url}objects/`, {
        authorization: null,
        waitForContinue: true,
        body: { objects: [object] },
      });
      if (answer.status === 202) t.session.willPost(stringOf(object.id));
      t.expect(
        answer.status === 401 || answer.status === 403 || answer.status === 404,
        '401: credentials are missing',
        answer,
      );
      t.expect(!answer.continued, 'the refusal at once, without 100 Continue, since it was known', answer);
    },
    { needs: ['write', 'credentials'] },
  ),
  check(
    'T21-D-14',
    'a broken upload stores nothing',
    async (t) => {
      const object = indicator();
      t.session.willPost(stringOf(object.id));
      const body = Buffer.from(`{"objects":[${JSON.stringify(object)},${' '.repeat(2000)}`);
      const headers = { 'Content-Length': String(body.length + 100) };
      await t.request('POST', `${t.writing.url}objects/`, { body, headers, breakAfter: body.length });
      const after = await t.get(`${t.writing.url}objects/${object.id}/`);
      t.expect(after.status !== 200 || !('objects' in after.body), 'nothing stored of an upload that broke off', after);
    },
    { needs: ['known'] },
  ),
  check('T21-D-16', 'conditional requests are answered sensibly', async (t) => {
    const answer = await t.get(t.target.root, {
      headers: { 'If-None-Match': '"conform"', 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
    });
    t.expectStatus(answer, [200], 'nothing is known to be unchanged');
  }),
  check(
    'T21-D-17',
    'compression changes nothing else',
    async (t) => {
      const url = `${t.reading.url}objects/?limit=5`;
      const plain = await t.read(url);
      const packed = await t.get(url, { headers: { 'Accept-Encoding': 'gzip' } });
      t.expectStatus(packed, [200], 'Accept-Encoding: gzip');
      if (packed.header('content-encoding') === 'gzip')
        t.expect(unpacked(packed.bytes)?.equals(plain.bytes) === true, 'the same body, packed', packed);
      else t.expect(packed.bytes.equals(plain.bytes), 'the same body', packed);
      for (const name of DATES) t.expect(packed.header(name) === plain.header(name), `the same ${name}`, packed);
    },
    { needs: ['read'] },
  ),
  watch('T21-D-18', 'Content-Type is to the letter what the standard prints', (answer, kind) => {
    if (kind === 'other' || answer.header('content-type') === undefined) return undefined;
    return (
      answer.header('content-type') === V21 || `Content-Type: ${V21}, exactly so, since clients compare it as a text`
    );
  }),
  watch('T21-0-04', 'more: true comes with next on every paged endpoint', ({ body, status }, kind) => {
    if (!PAGED.has(kind) || status !== 200 || body.more !== true) return undefined;
    return (
      typeof body.next === 'string' ||
      'next beside more: true, since some clients repeat the first page for ever without it'
    );
  }),
];

function unpacked(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: 64 << 20 });
  } catch {
    return undefined;
  }
}
