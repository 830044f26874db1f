import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { ALL } from '../gather.ts';
import { differenceOf } from '../probe.ts';
import { keyOf, scopeOf, select } from '../sample.ts';
import { severalVersions } from './versioned.ts';

/** Sections 5.3 and 5.4: manifest and objects. */
export const MANIFEST: readonly (Check | Watch)[] = [
  check(
    'T21-5.3-01',
    'the manifest lists the same objects',
    async (t) => {
      await t.compare('', select(t.sample.entries, {}), ['manifest/']);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.3-02',
    'the manifest takes every filter',
    async (t) => {
      const { entries, url } = t.sample;
      const [one] = entries;
      for (const query of [
        'limit=1',
        'added_after=2100-01-01T00:00:00.000000Z',
        `match[id]=${one?.id}`,
        `match[type]=${one?.type}`,
        'match[version]=all',
        'match[spec_version]=2.1',
      ])
        t.expectStatus(await t.get(`${url}manifest/?${query}`), [200], 'a filter that the manifest has');
      await t.compare('added_after=2100-01-01T00:00:00.000000Z', []);
      await t.compare('match[version]=all', select(entries, { versions: ['all'] }), ['manifest/']);
      await t.compare('match[version]=first', select(entries, { versions: ['first'] }), ['manifest/']);
    },
    { needs: ['sample'], also: ['T21-3.4-19'] },
  ),
  check(
    'T21-5.3-03',
    'filters of the manifest look at the objects behind it',
    async (t) => {
      for (const type of new Set(t.sample.entries.map((entry) => entry.type)))
        await t.compare(`match[type]=${type}`, select(t.sample.entries, { types: [type] }), ['manifest/']);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.3-04',
    'manifest and objects agree for any query',
    async (t) => {
      const { sample } = t;
      const { entries } = sample;
      const types = [...new Set(entries.map(({ type }) => type))];
      for (const query of [
        '',
        ALL,
        'match[version]=first',
        'match[version]=first,last',
        'match[spec_version]=2.1',
        `match[type]=${types.slice(0, 2).join(',')}`,
        `match[version]=${entries[0]?.version ?? 'last'}`,
      ]) {
        const scoped = [scopeOf(sample), query].filter((part) => part !== '').join('&');
        const objects = await t.readAll(`${sample.url}objects/`, scoped);
        const manifest = await t.readAll(`${sample.url}manifest/`, scoped);
        const difference = differenceOf(manifest.labels, objects.labels);
        t.expect(
          difference === undefined,
          'the manifest to list what objects holds, in the same order',
          manifest.answers[0],
          difference,
        );
      }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.3-05',
    'both media types that are printed for the manifest are taken',
    async (t) => {
      const accept = 'application/taxii+json;version=2.1,application/stix+json;version=2.1';
      t.expectStatus(
        await t.get(`${t.reading.url}manifest/?limit=1`, { accept }),
        [200],
        'the Accept that the standard prints for the manifest',
      );
    },
    { needs: ['read'] },
  ),
  watch('T21-5.3.1-02', 'objects of a manifest is a list of records', ({ body, status, sent }, kind) => {
    if (kind !== 'manifest' || status !== 200 || sent.method !== 'GET' || body.objects === undefined) return undefined;
    const records = objectsOf(body.objects);
    return (
      (Array.isArray(body.objects) &&
        records.length === body.objects.length &&
        records.every((each) => !('type' in each))) ||
      'a list of manifest records'
    );
  }),
  check(
    'T21-5.3.1-03',
    'the manifest has one record for each version',
    async (t) => {
      const ids = severalVersions(t);
      await t.compare(
        `match[id]=${ids.join(',')}&match[version]=all`,
        select(t.sample.entries, { ids, versions: ['all'] }),
        ['manifest/'],
      );
    },
    { needs: ['sample'] },
  ),
  record(
    'T21-5.3.1-04',
    'id is a text',
    ({ id }) => typeof id === 'string' && id.includes('--'),
    'the id of the object',
  ),
  check(
    'T21-5.3.1-05',
    'date_added of the manifest is what added_after goes by',
    async (t) => {
      const { sample } = t;
      const answer = await t.read(`${sample.url}manifest/?${scopeOf(sample)}&${ALL}&limit=3`);
      for (const { date_added: date } of objectsOf(answer.body.objects)) {
        const after = await t.readAll(
          `${sample.url}manifest/`,
          `${scopeOf(sample)}&${ALL}&added_after=${stringOf(date)}`,
        );
        const dates = after.answers
          .flatMap(({ body }) => objectsOf(body.objects))
          .map((each) => stringOf(each.date_added));
        t.expect(
          dates.every((each) => each > stringOf(date)),
          `entries added after ${stringOf(date)} only`,
          after.answers[0],
        );
      }
    },
    { needs: ['sample'] },
  ),
  record(
    'T21-5.3.1-06',
    'version is a text',
    ({ version }) => typeof version === 'string' && version !== '',
    'the version of the object',
  ),
  check(
    'T21-5.3.1-06',
    'version is modified of the object, else created',
    async (t) => {
      const { sample } = t;
      const { answers } = await t.readAll(`${sample.url}manifest/`, `${scopeOf(sample)}&${ALL}`);
      for (const answer of answers)
        for (const { id, version } of objectsOf(answer.body.objects)) {
          const versions = sample.entries
            .filter((entry) => entry.id === id && !entry.undated)
            .map((entry) => keyOf(entry.version ?? ''));
          if (versions.length === 0) continue;
          t.expect(
            versions.includes(keyOf(stringOf(version))),
            `a version of ${id}: its modified or created`,
            answer,
            `version ${JSON.stringify(version)}`,
          );
        }
    },
    { needs: ['sample'], also: ['T21-S-01'] },
  ),
  check(
    'T21-5.3.1-08',
    'media_type is one of those of the collection',
    async (t) => {
      const { sample } = t;
      const { mediaTypes } =
        t.target.collections.find(({ url }) => url === sample.url) ?? t.skip('the collection is not listed');
      const { answers } = await t.readAll(`${sample.url}manifest/`, `${scopeOf(sample)}&${ALL}`);
      const types = answers
        .flatMap(({ body }) => objectsOf(body.objects))
        .flatMap(({ media_type: type }) => (type === undefined ? [] : [stringOf(type)]));
      if (types.length === 0) t.skip('no record has a media_type, which is optional');
      const allowed = mediaTypes ?? ['application/stix+json'];
      for (const type of new Set(types))
        t.expect(allowed.includes(type), `one of ${allowed.join(', ')}`, answers[0], `media_type ${type}`);
      for (const answer of answers)
        for (const { id, version, media_type: type } of objectsOf(answer.body.objects)) {
          const entry = sample.entries.find(
            (each) => each.id === id && keyOf(each.version ?? '') === keyOf(stringOf(version)),
          );
          const named = /version=(\d\.\d)/.exec(stringOf(type))?.[1];
          if (entry !== undefined && named !== undefined)
            t.expect(named === entry.specVersion, `a media type of STIX ${entry.specVersion} for ${entry.id}`, answer);
        }
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.4-03',
    'nothing found is an empty envelope, not 404',
    async (t) => {
      const answer = await t.get(`${t.reading.url}objects/?match[id]=indicator--3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11`);
      t.expect(answer.status === 200 && !('objects' in answer.body), '200 and an empty envelope', answer);
      const manifest = await t.get(
        `${t.reading.url}manifest/?match[id]=indicator--3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11`,
      );
      t.expect(manifest.status === 200 && !('objects' in manifest.body), '200 and an empty manifest', manifest);
    },
    { needs: ['read'] },
  ),
];

function record(
  id: string,
  title: string,
  fits: (record: ReturnType<typeof objectsOf>[number]) => boolean,
  expected: string,
): Watch {
  return watch(id, title, ({ body, status, sent }, kind) => {
    if (kind !== 'manifest' || status !== 200 || sent.method !== 'GET') return undefined;
    const records = objectsOf(body.objects);
    return records.length === 0 ? undefined : records.every(fits) || expected;
  });
}
