import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../stix/json.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { isV21 } from './media-types.ts';

/** Section 4.1 and 4.2: discovery and API roots. */
export const DISCOVERY: readonly (Check | Watch)[] = [
  check(
    'T21-4.1-01',
    'GET /taxii2/ at the root of the host is the discovery resource',
    async (t) => {
      const answer = await t.get(t.target.discoveryUrl);
      t.expect(
        answer.status === 200 && isV21(answer.header('content-type')) && 'title' in answer.body,
        '200 with a discovery resource',
        answer,
      );
    },
    { also: ['T21-8.2.1-01'] },
  ),
  watch('T21-4.1-03', 'discovery fails with the statuses of its table', ({ status, sent }, kind) => {
    if (kind !== 'discovery' || sent.method !== 'GET') return undefined;
    return [200, 401, 403, 404, 406, 429, 503].includes(status) || '200, 401, 403, 404 or 406';
  }),
  property('T21-4.1.1-01', 'title is a text', ({ title }) => isText(title) || 'title, a text that is not empty'),
  property(
    'T21-4.1.1-02',
    'description and contact are texts or absent',
    ({ description, contact }) =>
      [description, contact].every((value) => value === undefined || isText(value)) ||
      'description and contact as texts, or left out',
  ),
  property(
    'T21-4.1.1-03',
    'default is one of api_roots, character for character',
    ({ default: chosen, api_roots: roots }) =>
      chosen === undefined ||
      (Array.isArray(roots) && roots.includes(chosen)) ||
      `default as one of the entries of api_roots, not ${JSON.stringify(chosen)}`,
  ),
  property(
    'T21-4.1.1-04',
    'api_roots is a list of texts',
    ({ api_roots: roots }) =>
      roots === undefined ||
      (Array.isArray(roots) && roots.every((root) => typeof root === 'string')) ||
      'api_roots as a list of URLs',
  ),
  roots(
    'T21-4.1.1-06',
    'API roots are https URLs or paths',
    (root, secure) => root.startsWith('/') || /^https:\/\/./i.test(root) || (!secure && /^http:\/\/./i.test(root)),
    'an absolute https URL or a relative one',
  ),
  roots(
    'T21-4.1.1-07',
    'a relative API root begins with one slash',
    (root) => /^https?:/i.test(root) || /^\/(?!\/)/.test(root),
    'a relative URL that begins with exactly one /',
    ['T21-4.1.1-08', 'T21-B-08'],
  ),
  roots('T21-4.1.1-09', 'API roots have no query', (root) => !root.includes('?'), 'a URL without ?'),
  roots(
    'T21-4.1.1-10',
    'API roots end in a slash',
    (root) => root.endsWith('/'),
    'a URL that ends in /, since clients append collections/',
  ),
  check('T21-4.2-01', 'every API root that discovery names answers with an api-root resource', async (t) => {
    const own = t.target.roots.filter((root) => root.startsWith(`${t.target.origin}/`));
    for (const root of own.slice(0, 5)) {
      const answer = await t.get(root);
      t.expect(answer.status === 200 && 'versions' in answer.body, '200 with an api-root resource', answer);
    }
    t.expectStatus(await t.get(t.target.root), [200], 'the API root');
  }),
  check('T21-4.2-02', 'every API root has a URL of its own', async (t) => {
    const { roots, discovery } = t.target;
    t.expect(new Set(roots).size === roots.length, 'api_roots without the same URL twice', discovery);
  }),
  check(
    'T21-4.2-04',
    'an unknown API root is 404',
    async (t) => {
      const answer = await t.get(`${t.target.origin}/conform-${randomUUID().slice(0, 8)}/`);
      t.expectStatus(
        answer,
        t.session.authorization === undefined ? [404, 401, 403] : [404, 403],
        'there is no such API root',
      );
      const collections = await t.get(`${t.target.origin}/conform-${randomUUID().slice(0, 8)}/collections/`);
      t.expectStatus(
        collections,
        t.session.authorization === undefined ? [404, 401, 403] : [404, 403],
        'there is no such API root',
      );
    },
    { also: ['T21-5.1-02'] },
  ),
  check('T21-4.2-05', 'a collection of one API root is not in another', async (t) => {
    const other =
      t.target.roots.find((root) => root !== t.target.root && root.startsWith(`${t.target.origin}/`)) ??
      t.skip('there is one API root only');
    const listed = await t.read(`${other}collections/`);
    const ids = objectsOf(listed.body.collections).map(({ id }) => id);
    const alone =
      t.target.collections.find(({ id }) => !ids.includes(id)) ?? t.skip('no collection is in one API root alone');
    t.expectStatus(
      await t.get(`${other}collections/${alone.id}/`),
      [404, 403],
      'this collection is in another API root',
    );
  }),
  rootProperty('T21-4.2.1-01', 'title is a text', ({ title }) => isText(title) || 'title, a text that is not empty'),
  rootProperty(
    'T21-4.2.1-02',
    'description is a text or absent',
    ({ description }) => description === undefined || isText(description) || 'description as a text, or left out',
  ),
  rootProperty(
    'T21-4.2.1-03',
    'versions are media types with a version',
    ({ versions }) =>
      (Array.isArray(versions) &&
        versions.length > 0 &&
        versions.every((each) => /^application\/taxii\+json;version=\d+\.\d+$/.test(stringOf(each)))) ||
      'versions as a list of media types such as application/taxii+json;version=2.1',
  ),
  rootProperty(
    'T21-4.2.1-04',
    'versions names TAXII 2.1',
    ({ versions }) =>
      (Array.isArray(versions) && versions.includes('application/taxii+json;version=2.1')) ||
      'application/taxii+json;version=2.1 among versions',
  ),
  rootProperty(
    'T21-4.2.1-05',
    'max_content_length is a whole number above zero',
    ({ max_content_length: length }) =>
      (Number.isSafeInteger(length) && Number(length) > 0) ||
      `an integer above 0 as max_content_length, not ${JSON.stringify(length)}`,
  ),
  check('T21-8.2.1-02', 'there is an API root', async (t) => {
    t.expect(t.target.rootAnswer.status === 200, 'at least one API root that answers', t.target.rootAnswer);
  }),
];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function property(id: string, title: string, test: (body: JsonObject) => boolean | string): Watch {
  return watch(id, title, (answer, kind) =>
    kind === 'discovery' && answer.status === 200 ? said(test(answer.body)) : undefined,
  );
}

function rootProperty(id: string, title: string, test: (body: JsonObject) => boolean | string): Watch {
  return watch(id, title, (answer, kind) =>
    kind === 'api-root' && answer.status === 200 ? said(test(answer.body)) : undefined,
  );
}

function said(result: boolean | string): true | string {
  return result === true ? true : String(result);
}

function roots(
  id: string,
  title: string,
  fits: (root: string, secure: boolean) => boolean,
  expected: string,
  also: readonly string[] = [],
): Watch {
  return watch(
    id,
    title,
    ({ body, status, sent }, kind) => {
      const { api_roots: all } = body;
      if (kind !== 'discovery' || status !== 200 || !Array.isArray(all)) return undefined;
      const wrong = all.find((root) => !fits(stringOf(root), sent.url.startsWith('https:')));
      return wrong === undefined || `${expected}, not ${JSON.stringify(wrong)}`;
    },
    also,
  );
}
