import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { keyOf, labelOf, select } from '../sample.ts';
import { UNKNOWN_OBJECT } from '../tour.ts';
import { severalVersions } from './versioned.ts';

const LATER = 'added_after=2100-01-01T00:00:00.000000Z';

/** Sections 5.6 and 5.8: one object and its versions. */
export const OBJECT: readonly Check[] = [
  check(
    'T21-5.6-01',
    'an object by its id is as match[id]',
    async (t) => {
      const { url, entries } = t.sample;
      for (const id of [...new Set(entries.map((entry) => entry.id))].slice(0, 6)) {
        const answer = await t.read(`${url}objects/${id}/`);
        const expected = select(entries, { ids: [id] }).map(labelOf);
        t.expect(t.labelsOf(answer.sent.url, answer).join() === expected.join(), expected.join(', '), answer);
      }
    },
    { needs: ['sample'], also: ['T21-5.6-02'] },
  ),
  check(
    'T21-5.6-03',
    'filters of one object',
    async (t) => {
      const { url, entries } = t.sample;
      const [id = ''] = severalVersions(t);
      const all = select(entries, { ids: [id], versions: ['all'] }).map(labelOf);
      const every = await t.readAll(`${url}objects/${id}/`, 'match[version]=all');
      t.expect(every.labels.join() === all.join(), all.join(', '), every.answers[0]);
      const first = await t.read(`${url}objects/${id}/?match[version]=all&limit=1`);
      t.expect(
        objectsOf(first.body.objects).length === 1 && first.body.more === true,
        'one entry and more: true',
        first,
      );
      const one = entries.find((entry) => entry.id === id && entry.specVersion === '2.1');
      const exact = await t.read(`${url}objects/${id}/?match[version]=${one?.version}`);
      t.expect(
        t.labelsOf(exact.sent.url, exact).join() === (one === undefined ? '' : labelOf(one)),
        `the version of ${one?.version} alone`,
        exact,
      );
      const none = await t.read(`${url}objects/${id}/?${LATER}`);
      t.expect(!('objects' in none.body), 'an empty envelope: nothing was added after the year 2100', none);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.6-04',
    'an object that is not there is 404',
    async (t) => {
      for (const id of [UNKNOWN_OBJECT, 'not-a-stix-id'])
        t.expectStatus(await t.get(`${t.reading.url}objects/${id}/`), [404], 'there is no such object');
    },
    { needs: ['read'], also: ['T21-5.6-06'] },
  ),
  check(
    'T21-5.6-05',
    'an object of which nothing is selected is an empty envelope',
    async (t) => {
      const [one] = t.sample.entries;
      const answer = await t.get(`${t.sample.url}objects/${one?.id}/?${LATER}`);
      t.expect(
        answer.status === 200 && !('objects' in answer.body),
        '200 and an empty envelope: the object is there',
        answer,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.6-07',
    'the id in the URL may be escaped',
    async (t) => {
      const [one] = t.sample.entries;
      const answer = await t.get(`${t.sample.url}objects/${one?.id.replaceAll('-', '%2D')}/`);
      t.expect(
        answer.status === 200 && objectsOf(answer.body.objects)[0]?.id === one?.id,
        `200 with ${one?.id}`,
        answer,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.8-01',
    'the versions of an object, all of them',
    async (t) => {
      const { url, entries } = t.sample;
      for (const id of severalVersions(t)) {
        const expected = select(entries, { ids: [id], versions: ['all'] }).map(({ version }) => keyOf(version ?? ''));
        const { answers, labels } = await t.readAll(`${url}objects/${id}/versions/`, '');
        const got = labels.map(keyOf);
        t.expect(
          [...got].sort().join() === [...expected].sort().join(),
          `the versions ${expected.join(', ')}`,
          answers[0],
        );
      }
    },
    { needs: ['sample'], also: ['T21-5.8-04'] },
  ),
  check(
    'T21-5.8-02',
    'an object without modified has created as its version',
    async (t) => {
      const entry =
        t.sample.entries.find(({ object }) => object?.created !== undefined && object.modified === undefined) ??
        t.skip('no object without modified can be seen');
      const answer = await t.read(`${t.sample.url}objects/${entry.id}/versions/`);
      const { versions } = answer.body;
      t.expect(
        Array.isArray(versions) && versions.length === 1 && keyOf(stringOf(versions[0])) === keyOf(entry.version ?? ''),
        `["${entry.version}"]`,
        answer,
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.8-03',
    'filters of versions',
    async (t) => {
      const [id = ''] = severalVersions(t);
      const url = `${t.sample.url}objects/${id}/versions/`;
      const first = await t.read(`${url}?limit=1`);
      t.expect(t.labelsOf(url, first).length === 1 && first.body.more === true, 'one version and more: true', first);
      const none = await t.read(`${url}?match[spec_version]=3.7`);
      t.expect(!('versions' in none.body), 'no version of STIX 3.7', none);
      const whole = await t.readAll(url, '');
      const from = whole.answers[0]?.header('x-taxii-date-added-first') ?? '';
      t.expectStatus(await t.get(`${url}?match[version]=last`), [200, 400], 'versions has no match[version]');
      const after = await t.readAll(url, `added_after=${encodeURIComponent(from)}`);
      t.expect(
        after.labels.join() === whole.labels.slice(1).join(),
        'every version but the first, which was added then',
        after.answers[0],
      );
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.8-05',
    'versions of what is not there are 404',
    async (t) => {
      t.expectStatus(
        await t.get(`${t.reading.url}objects/${UNKNOWN_OBJECT}/versions/`),
        [404],
        'there is no such object',
      );
    },
    { needs: ['read'] },
  ),
  check(
    'T21-5.8.1-02',
    'versions is a list of texts, left out when empty',
    async (t) => {
      const [one] = t.sample.entries;
      const url = `${t.sample.url}objects/${one?.id}/versions/`;
      const answer = await t.read(url);
      t.expect(
        Array.isArray(answer.body.versions) && answer.body.versions.every((each) => typeof each === 'string'),
        'a list of texts',
        answer,
      );
      const none = await t.read(`${url}?${LATER}`);
      t.expect(!('versions' in none.body), 'an empty resource, {}', none);
    },
    { needs: ['sample'] },
  ),
  check(
    'T21-5.8.1-03',
    'each version listed can be asked for',
    async (t) => {
      const [id = ''] = severalVersions(t);
      const answer = await t.read(`${t.sample.url}objects/${id}/versions/`);
      for (const version of Array.isArray(answer.body.versions) ? answer.body.versions : []) {
        const one = await t.read(`${t.sample.url}objects/${id}/?match[version]=${stringOf(version)}`);
        t.expect(objectsOf(one.body.objects).length === 1, `the version ${stringOf(version)} alone`, one);
      }
    },
    { needs: ['sample'] },
  ),
];
