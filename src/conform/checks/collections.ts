import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../stix/json.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { campaign20 } from '../objects.ts';
import { push } from '../write.ts';

/** Sections 5.1 and 5.2: collections. */
export const COLLECTIONS: readonly (Check | Watch)[] = [
  check(
    'T21-5.1-01',
    'the list of collections',
    async (t) => {
      const answer = await t.get(`${t.target.root}collections/`);
      t.expect(answer.status === 200 && answer.json !== undefined, '200 with a collections resource', answer);
    },
    { also: ['T21-5-04'] },
  ),
  check('T21-5.1-03', 'the list of collections is not paged or filtered', async (t) => {
    const answer = await t.get(`${t.target.root}collections/?limit=1`);
    if (answer.status !== 200) t.skip('the server refuses parameters here');
    t.expect(
      objectsOf(answer.body.collections).length === t.target.collections.length,
      `all ${t.target.collections.length} collections`,
      answer,
    );
  }),
  watch('T21-5.1.1-01', 'collections is a list of collection resources', ({ body, status }, kind) => {
    if (kind !== 'collections' || status !== 200) return undefined;
    const list = objectsOf(body.collections);
    return (
      body.collections === undefined ||
      (Array.isArray(body.collections) && list.length === body.collections.length && list.length > 0) ||
      'a list of collections, or an empty object without the key'
    );
  }),
  check(
    'T21-5.2-01',
    'a collection is as it is listed',
    async (t) => {
      for (const { url, resource } of t.target.collections.slice(0, 10)) {
        const answer = await t.get(url);
        t.expect(
          answer.status === 200 && same(answer.body, resource),
          `200 with ${JSON.stringify(resource).slice(0, 200)}, as in the list`,
          answer,
        );
      }
    },
    { also: ['T21-5.2-03'] },
  ),
  check(
    'T21-5.2-02',
    'an unknown collection is 404',
    async (t) => {
      const id = randomUUID();
      const anonymous = t.session.authorization === undefined;
      for (const path of ['', 'objects/', 'manifest/'])
        t.expectStatus(
          await t.get(`${t.target.root}collections/${id}/${path}`),
          anonymous ? [404, 401, 403] : [404, 403],
          'there is no such collection',
        );
    },
    { also: ['T21-5.4-05', 'T21-5.3-06'] },
  ),
  check('T21-5.2.1-01', 'no two collections have the same id', async (t) => {
    const ids = t.target.collections.map(({ id }) => id);
    t.expect(new Set(ids).size === ids.length, 'ids that are all different');
  }),
  each(
    'T21-5.2.1-02',
    'title is a text',
    ({ title }) => typeof title === 'string' && title !== '',
    'title, a text that is not empty',
  ),
  each(
    'T21-5.2.1-03',
    'description is a text or absent',
    ({ description }) => description === undefined || (typeof description === 'string' && description !== ''),
    'description as a text, or left out',
  ),
  check('T21-5.2.1-04', 'an alias stands for the id', async (t) => {
    const named =
      t.target.collections.find(({ resource }) => typeof resource.alias === 'string') ??
      t.skip('no collection has an alias');
    const answer = await t.get(`${t.target.root}collections/${encodeURIComponent(stringOf(named.resource.alias))}/`);
    if (answer.status === 404)
      t.skip('the server does not take an alias in URLs, which the standard shows in an example only');
    t.expect(answer.body.id === named.id, `the collection ${named.id}`, answer);
  }),
  check('T21-5.2.1-05', 'an alias stands once in its API root', async (t) => {
    const aliases = t.target.collections.flatMap(({ resource }) =>
      typeof resource.alias === 'string' ? [resource.alias] : [],
    );
    t.expect(new Set(aliases).size === aliases.length, 'aliases that are all different');
  }),
  each(
    'T21-5.2.1-07',
    'can_read is true or false',
    ({ can_read: flag }) => typeof flag === 'boolean',
    'can_read as true or false',
  ),
  each(
    'T21-5.2.1-08',
    'can_write is true or false',
    ({ can_write: flag }) => typeof flag === 'boolean',
    'can_write as true or false',
  ),
  each(
    'T21-5.2.1-10',
    'media_types is a list of STIX media types, or absent',
    ({ media_types: types }) =>
      types === undefined || (Array.isArray(types) && types.every((type) => typeof type === 'string')),
    'media_types as a list of texts, or left out',
    ['T21-S-06'],
  ),
  check(
    'T21-5.2.1-11',
    'media_types names every kind of object that the collection holds',
    async (t) => {
      const { sample } = t;
      const { mediaTypes } =
        t.target.collections.find(({ url }) => url === sample.url) ?? t.skip('the collection is not listed');
      if (mediaTypes === undefined) return t.skip('media_types is left out, which means any STIX');
      for (const version of new Set(sample.entries.map(({ specVersion }) => specVersion)))
        t.expect(
          mediaTypes.some(
            (type) =>
              type.replaceAll(' ', '') === `application/stix+json;version=${version}` ||
              type === 'application/stix+json',
          ),
          `application/stix+json;version=${version} in media_types, since such objects are in it`,
          t.target.rootAnswer,
          mediaTypes.join(', '),
        );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.2.1-12',
    'an object of a media type that is not listed is not taken',
    async (t) => {
      const { mediaTypes } = t.writing;
      if (
        mediaTypes === undefined ||
        mediaTypes.some((type) => !type.includes('version=') || type.includes('version=2.0'))
      )
        return t.skip('the collection takes STIX 2.0 too');
      const { answer, status } = await push(t.session, t.writing.url, [campaign20()]);
      const refused = answer.status >= 400 && answer.status < 500;
      t.expect(
        refused || status.failure_count === 1,
        '422, or a failure in the status: STIX 2.0 is not in media_types',
        answer,
      );
    },
    { needs: ['write'] },
  ),
];

function each(
  id: string,
  title: string,
  fits: (collection: JsonObject) => boolean,
  expected: string,
  also: readonly string[] = [],
): Watch {
  return watch(
    id,
    title,
    ({ body, status }, kind) => {
      if (status !== 200 || (kind !== 'collections' && kind !== 'collection')) return undefined;
      const all = kind === 'collection' ? [body] : objectsOf(body.collections);
      return all.length === 0 ? undefined : all.every(fits) || expected;
    },
    also,
  );
}

function same(a: JsonObject, b: JsonObject): boolean {
  const text = (each: JsonObject): string => JSON.stringify(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}
