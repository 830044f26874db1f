import { isObject } from '../../stix/json.ts';
import { V21 } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { mediaTypeOf } from '../media.ts';
import { indicator } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { push } from '../write.ts';

/** Every way to write that TAXII 2.1 is accepted. */
const ACCEPTABLE: readonly (string | readonly string[])[] = [
  V21,
  'application/taxii+json',
  'application/taxii+json; version=2.1',
  'Application/TAXII+JSON;Version=2.1',
  'application/taxii+json;version="2.1"',
  `${V21};q=0.1`,
  `text/html, ${V21}`,
  `application/taxii+json;version=2.0, ${V21}`,
  ['text/html', V21],
];

/** Section 3.1: endpoints, content negotiation. */
export const MEDIA_TYPES: readonly (Check | Watch)[] = [
  check(
    'T21-3.1-01',
    'a query string comes after the final slash',
    async (t) => {
      t.expectStatus(await t.get(`${t.reading.url}objects/?limit=1`), [200], 'the path ends in /, the query follows');
    },
    { needs: ['read'] },
  ),
  watch(
    'T21-3.1-02',
    'a success carries the resource of its endpoint',
    ({ json, status, sent, fault }, kind) => {
      if (kind === 'other' || sent.method === 'HEAD' || sent.method === 'DELETE' || (status !== 200 && status !== 202))
        return undefined;
      if (fault !== undefined) return `a whole answer: ${fault}`;
      return isObject(json) || 'a JSON object: the resource of this endpoint';
    },
    ['T21-3.1-13', 'T21-3.1-15', 'T21-8.2.1-04'],
  ),
  watch('T21-3.1-03', 'an error of ours is an error resource', (answer) => {
    if (answer.status < 400 || answer.bytes.length === 0) return undefined;
    if (mediaTypeOf(answer.header('content-type'))?.type !== 'application/taxii+json') return undefined;
    return isObject(answer.json) || 'an error resource, a JSON object with a title';
  }),
  check('T21-3.1-04', 'without an Accept header the server answers sensibly', async (t) => {
    for (const accept of [null, '*/*']) {
      const answer = await t.get(t.target.root, { accept });
      t.expectStatus(answer, [200, 406], 'a request without a TAXII media range is served or refused');
    }
  }),
  watch('T21-3.1-06', 'every answer names the media type with its version', (answer, kind) => {
    if (kind === 'other' || answer.sent.method === 'HEAD' || answer.status >= 400 || answer.status < 200)
      return undefined;
    return isV21(answer.header('content-type')) || `Content-Type: ${V21}`;
  }),
  check(
    'T21-3.1-07',
    'without a version in Accept the answer is in the newest',
    async (t) => {
      for (const url of [t.target.discoveryUrl, t.target.root]) {
        const answer = await t.get(url, { accept: 'application/taxii+json' });
        t.expect(
          answer.status === 200 && isV21(answer.header('content-type')),
          `200 with Content-Type: ${V21}`,
          answer,
        );
      }
    },
    { also: ['T21-3.1-05'] },
  ),
  check(
    'T21-3.1-08',
    'no spelling of the media type in Accept leads to 406',
    async (t) => {
      for (const url of urls(t))
        for (const accept of ACCEPTABLE) t.expectStatus(await t.get(url, { accept }), [200], 'Accept names TAXII 2.1');
    },
    { also: ['T21-3.2-01'] },
  ),
  check(
    'T21-3.1-09',
    'no spelling of the media type in Content-Type leads to 415',
    async (t) => {
      for (const contentType of [
        V21,
        'application/taxii+json',
        'application/taxii+json; version=2.1',
        'application/taxii+json;version="2.1"',
        'Application/TAXII+json;Version=2.1',
      ]) {
        const { answer } = await push(t.session, t.writing.url, [indicator()], { contentType });
        t.expectStatus(answer, [202], 'Content-Type names TAXII 2.1');
      }
    },
    { needs: ['write'], also: ['T21-3.2-03'] },
  ),
  check('T21-3.1-10', 'other types in Accept are refused with 406, or served', async (t) => {
    for (const accept of [
      'text/html',
      'application/vnd.oasis.taxii+json;version=2.0',
      'application/taxii+json;version=2.0',
      'application/taxii+json;version=3.0',
      'application/json',
    ])
      for (const url of urls(t).slice(0, 2)) {
        const answer = await t.get(url, { accept });
        t.expectStatus(answer, [200, 406], 'another media type is refused, or served all the same');
      }
  }),
  check(
    'T21-3.1-11',
    'other types in Content-Type are refused with 415, or taken',
    async (t) => {
      for (const contentType of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/taxii+json;version=2.0',
        'application/json',
        null,
      ]) {
        const { answer } = await push(t.session, t.writing.url, [indicator()], { contentType });
        t.expectStatus(answer, [202, 400, 415, 422], 'another media type is refused, or taken all the same');
      }
    },
    { needs: ['write'], also: ['T21-5.5-08'] },
  ),
  check(
    'T21-3.1-12',
    'a POST that cannot be answered is not carried out',
    async (t) => {
      const object = indicator();
      const { answer } = await push(t.session, t.writing.url, [object], { accept: 'text/html' });
      t.expectStatus(answer, [202, 406], 'Accept: text/html is refused, or answered all the same');
      if (answer.status !== 406) return;
      const after = await t.get(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        after.status !== 200 || after.body.objects === undefined,
        'nothing stored of a POST that got 406',
        after,
      );
    },
    { needs: ['write'] },
  ),
  check(
    'T21-3.1-14',
    'every operation of the standard exists',
    async (t) => {
      const { target } = t;
      const { url: base, entries } = t.hasSample ? t.sample : { url: t.reading.url, entries: [] };
      const ids = entries.slice(0, 1).map(({ id }) => id);
      const paths = [
        '',
        'manifest/',
        'objects/',
        ...ids.flatMap((id) => [`objects/${id}/`, `objects/${id}/versions/`]),
      ];
      for (const url of [
        target.discoveryUrl,
        target.root,
        `${target.root}collections/`,
        ...paths.map((path) => base + path),
      ])
        t.expectStatus(await t.get(url), [200], 'this endpoint is required');
    },
    { needs: ['read'] },
  ),
  check('T21-3.1-16', 'q=0 excludes a type', async (t) => {
    for (const accept of [`${V21};q=0`, '*/*, application/taxii+json;q=0'])
      t.expectStatus(await t.get(t.target.root, { accept }), [406], 'what Accept gives a quality of 0 is not wanted');
  }),
];

export function isV21(contentType: string | undefined): boolean {
  const media = mediaTypeOf(contentType);
  return media?.type === 'application/taxii+json' && media.version === '2.1';
}

function urls(t: Probe): string[] {
  const { target } = t;
  const base = [target.root, target.discoveryUrl, `${target.root}collections/`];
  return target.reading === undefined
    ? base
    : [...base, `${target.reading.url}objects/?limit=1`, `${target.reading.url}manifest/?limit=1`];
}
