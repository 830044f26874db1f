import type { JsonObject } from '../../stix/json.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { ALL } from '../gather.ts';
import { campaign, indicator } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { keyOf } from '../sample.ts';
import { UNKNOWN_OBJECT } from '../tour.ts';
import { allStored, push, refusalOf } from '../write.ts';

/** Section 5.7: deleting. */
export const DELETE: readonly Check[] = [
  check(
    'T21-5.7-01',
    'a deletion is 200',
    async (t) => {
      const object = await posted(t, indicator());
      t.expectStatus(await remove(t, object), [200], 'the object was there and may be deleted');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-02',
    'a deletion needs both rights',
    async (t) => {
      for (const { url, canRead, canWrite } of t.target.collections.slice(0, 20)) {
        if (canRead && canWrite) continue;
        const answer = await t.request('DELETE', `${url}objects/${UNKNOWN_OBJECT}/`);
        t.expectStatus(answer, canRead || canWrite ? [403] : [404], `can_read is ${canRead}, can_write is ${canWrite}`);
      }
      if (t.target.collections.every(({ canRead, canWrite }) => canRead && canWrite))
        t.skip('every listed collection may be read and written');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.7-03',
    'a deletion of one version leaves the others',
    async (t) => {
      const object = await posted(t, campaign());
      const newer = await posted(t, { ...object, modified: '2021-01-01T00:00:00.000Z' });
      const answer = await remove(t, object, `?match[version]=${stringOf(object.modified)}`);
      if (answer.status === 403) t.skip('the server does not let one version be deleted');
      t.expectStatus(answer, [200], 'the version is there');
      const versions = await t.read(`${t.writing.url}objects/${object.id}/versions/`);
      const left = Array.isArray(versions.body.versions)
        ? versions.body.versions.map((each) => keyOf(stringOf(each)))
        : [];
      t.expect(left.join() === keyOf(stringOf(newer.modified)), `${stringOf(newer.modified)} alone`, versions);
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-04',
    'keywords choose what is deleted',
    async (t) => {
      const object = await posted(t, campaign());
      for (const year of [2021, 2022]) await posted(t, { ...object, modified: `${year}-01-01T00:00:00.000Z` });
      t.expectStatus(await remove(t, object, '?match[version]=first'), [200], 'the first version');
      t.expectStatus(await remove(t, object, '?match[version]=last'), [200], 'the last version');
      const versions = await t.read(`${t.writing.url}objects/${object.id}/versions/`);
      t.expect(
        JSON.stringify(versions.body.versions)?.includes('2021') === true &&
          (versions.body.versions as unknown[]).length === 1,
        'the version of 2021 alone',
        versions,
      );
      t.expectStatus(await remove(t, object, '?match[version]=all,last'), [400], 'all stands alone');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-06',
    'what was deleted is 404',
    async (t) => {
      const object = await deleted(t);
      for (const path of [`objects/${object.id}/`, `objects/${object.id}/versions/`])
        t.expectStatus(await t.get(`${t.writing.url}${path}`), [404], 'the object was deleted');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-07',
    'what was deleted is listed no more',
    async (t) => {
      const object = await deleted(t);
      for (const path of ['objects/', 'manifest/']) {
        const answer = await t.read(`${t.writing.url}${path}?match[id]=${object.id}&${ALL}`);
        t.expect(!('objects' in answer.body), `nothing of ${object.id}, which was deleted`, answer);
      }
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-09',
    'deleting what is not there is 404',
    async (t) => {
      t.expectStatus(
        await t.request('DELETE', `${t.writing.url}objects/${UNKNOWN_OBJECT}/`),
        [404],
        'there is no such object',
      );
      const object = await deleted(t);
      t.expectStatus(await remove(t, object), [404], 'the object was deleted already');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-10',
    'deleting the latest version uncovers the one before',
    async (t) => {
      const object = await posted(t, campaign());
      await posted(t, { ...object, modified: '2021-01-01T00:00:00.000Z' });
      const answer = await remove(t, object, '?match[version]=last');
      if (answer.status !== 200) t.skip('the latest version could not be deleted');
      const after = await t.read(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        keyOf(stringOf(objectsOf(after.body.objects)[0]?.modified)) === keyOf(stringOf(object.modified)),
        `the version of ${stringOf(object.modified)}`,
        after,
      );
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-11',
    'what was deleted may be added again, as something new',
    async (t) => {
      const object = await deleted(t);
      const between = await posted(t, indicator());
      await posted(t, object);
      const manifest = await t.read(`${t.writing.url}manifest/?match[id]=${object.id},${between.id}`);
      const order = objectsOf(manifest.body.objects).map(({ id }) => id);
      t.expect(
        order.join() === [between.id, object.id].join(),
        'the object after the one that was added meanwhile',
        manifest,
      );
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-12',
    'a parameter that would widen a deletion is refused',
    async (t) => {
      const object = await posted(t, indicator());
      const answer = await remove(t, object, '?match[verison]=2000-01-01T00:00:00.000Z');
      t.expectStatus(answer, [400], 'a misspelled filter must not delete everything');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.7-13',
    'a body of a deletion is ignored',
    async (t) => {
      const object = await posted(t, indicator());
      const answer = await t.request('DELETE', `${t.writing.url}objects/${object.id}/`, { body: { hello: 'world' } });
      t.expectStatus(answer, [200], 'a body of DELETE means nothing');
    },
    { needs: ['known'] },
  ),
];

async function posted(t: Probe, object: JsonObject): Promise<JsonObject> {
  const pushed = await push(t.session, t.writing.url, [object]);
  t.require(allStored(pushed), 'a sound object to be stored', pushed.answer, refusalOf(pushed));
  return object;
}

function remove(t: Probe, { id }: JsonObject, query = '') {
  return t.request('DELETE', `${t.writing.url}objects/${stringOf(id)}/${query}`);
}

/** An object that was added and deleted. */
async function deleted(t: Probe): Promise<JsonObject> {
  const object = await posted(t, indicator());
  const answer = await remove(t, object);
  if (answer.status === 403) t.skip('objects may not be deleted');
  t.require(answer.status === 200, '200: the object was there and may be deleted', answer);
  return object;
}
