import { contentKey } from '../../stix/same-content.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check } from '../check.ts';
import { domain, indicator, NONSENSE, relationship } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { keyOf } from '../sample.ts';
import { allStored, push, refusalOf } from '../write.ts';

/** Section 5.5: adding objects. */
export const ADD: readonly Check[] = [
  check(
    'T21-5.5-01',
    'adding objects is 202 with a status',
    async (t) => {
      const pushed = await push(t.session, t.writing.url, [indicator()]);
      t.expectStatus(pushed.answer, [202], 'objects are added with a status, at once or later');
      t.require('total_count' in pushed.answer.body && 'id' in pushed.answer.body, 'a status resource', pushed.answer);
      // A collection may hold other kinds of objects only: then its refusal says nothing.
      if (!t.session.welcome) t.skip(`the collection does not take the suite's objects: ${refusalOf(pushed)}`);
      t.expect(allStored(pushed), 'a sound object to be stored', pushed.answer, refusalOf(pushed));
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-02',
    'the status works at once',
    async (t) => {
      const answer = await t.request('POST', `${t.writing.url}objects/`, { body: { objects: [indicatorOf(t)] } });
      t.require(answer.status === 202, '202 with a status', answer);
      t.expectStatus(
        await t.get(`${t.target.root}status/${stringOf(answer.body.id)}/`),
        [200],
        'the status of the POST a moment ago',
      );
    },
    { needs: ['write'], also: ['T21-5.5-05'] },
  ),
  check(
    'T21-5.5-03',
    'a duplicate is no error, and adds nothing',
    async (t) => {
      const object = indicator();
      await stored(t, object);
      const before = await t.read(`${t.writing.url}manifest/?match[id]=${object.id}&match[version]=all`);
      const again = await push(t.session, t.writing.url, [object]);
      t.expect(
        again.answer.status === 202 && again.status.failure_count === 0,
        '202 and no failure: the object is there already',
        again.answer,
        refusalOf(again),
      );
      const after = await t.read(`${t.writing.url}manifest/?match[id]=${object.id}&match[version]=all`);
      t.expect(
        JSON.stringify(after.body) === JSON.stringify(before.body),
        'the same manifest as before: one record with the same date_added',
        after,
      );
    },
    { needs: ['known'], also: ['T21-D-15'] },
  ),
  check(
    'T21-5.5-04',
    'what is no envelope is refused',
    async (t) => {
      for (const body of [JSON.stringify(indicator()), '[]', '"text"', 'null']) await refused(t, body, 'no envelope');
    },
    { needs: ['write'], also: ['T21-5.5-09'] },
  ),
  check(
    'T21-5.5-06',
    'what is no JSON is refused',
    async (t) => {
      for (const body of ['{"objects":[', '', 'hello']) await refused(t, body, 'no JSON');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-11',
    'good objects are stored, bad ones listed as failures',
    async (t) => {
      const [a, b] = [indicator(), indicator()];
      const pushed = await push(t.session, t.writing.url, [a, NONSENSE, b]);
      if (pushed.answer.status !== 202) t.skip('the server refuses an envelope with a bad object as a whole');
      const { success_count: good, failure_count: bad } = pushed.status;
      t.expect(
        good === 2 && bad === 1,
        'two successes and one failure',
        pushed.answer,
        JSON.stringify(pushed.status).slice(0, 200),
      );
      for (const { id } of [a, b])
        t.expectStatus(await t.get(`${t.writing.url}objects/${id}/`), [200], 'an object that is counted as a success');
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.5-12',
    'a success can be read at once',
    async (t) => {
      const object = await stored(t, indicator());
      const answer = await t.get(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        answer.status === 200 && objectsOf(answer.body.objects)[0]?.id === object.id,
        '200 with the object that was stored',
        answer,
      );
      for (const entry of t.sample.entries)
        t.expect(
          entry.dateAdded !== undefined,
          `${entry.id} ${entry.version ?? ''} in the manifest, since it was stored`,
        );
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.5-13',
    'a new version is added, older ones stay',
    async (t) => {
      const object = await stored(t, indicator());
      await stored(t, { ...object, modified: '2021-01-01T00:00:00.000Z' });
      const versions = await t.read(`${t.writing.url}objects/${object.id}/versions/`);
      t.expect(Array.isArray(versions.body.versions) && versions.body.versions.length === 2, 'two versions', versions);
      const latest = await t.read(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        keyOf(stringOf(objectsOf(latest.body.objects)[0]?.modified)) === keyOf('2021-01-01T00:00:00.000Z'),
        'the new version as the latest',
        latest,
      );
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.5-14',
    'versions arrive in any order',
    async (t) => {
      const object = await stored(t, indicator());
      await stored(t, { ...object, created: '2018-01-01T00:00:00.000Z', modified: '2018-01-01T00:00:00.000Z' });
      const latest = await t.read(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        keyOf(stringOf(objectsOf(latest.body.objects)[0]?.modified)) === keyOf(stringOf(object.modified)),
        'the later version as the latest, though it came first',
        latest,
      );
      const versions = await t.read(`${t.writing.url}objects/${object.id}/versions/`);
      t.expect(Array.isArray(versions.body.versions) && versions.body.versions.length === 2, 'two versions', versions);
    },
    { needs: ['known'], also: ['T21-S-09'] },
  ),
  check(
    'T21-5.5-15',
    'stored content never changes under its version',
    async (t) => {
      const object = await stored(t, indicator());
      await push(t.session, t.writing.url, [{ ...object, name: 'Changed without a new version' }]);
      const answer = await t.read(`${t.writing.url}objects/${object.id}/`);
      const [back] = objectsOf(answer.body.objects);
      t.expect(
        contentKey(JSON.stringify(back ?? null)) === contentKey(JSON.stringify(object)),
        'the object as it was stored first',
        answer,
      );
    },
    { needs: ['known'], also: ['T21-S-04'] },
  ),
  check(
    'T21-5.5-16',
    'the same object twice in an envelope is stored once',
    async (t) => {
      const object = indicator();
      const pushed = await push(t.session, t.writing.url, [object, object]);
      if (pushed.answer.status !== 202) t.skip('the server refuses such an envelope as a whole');
      t.expect(pushed.status.total_count === 2, 'total_count: 2', pushed.answer);
      const manifest = await t.read(`${t.writing.url}manifest/?match[id]=${object.id}&match[version]=all`);
      t.expect(objectsOf(manifest.body.objects).length === 1, 'one record', manifest);
    },
    { needs: ['known'] },
  ),
  check(
    'T21-5.5-17',
    'more and next of a posted envelope mean nothing',
    async (t) => {
      const object = indicatorOf(t);
      const { answer } = await push(t.session, t.writing.url, [], {
        body: { more: true, next: 'x', objects: [object] },
      });
      t.expectStatus(answer, [202], 'an envelope may have more and next');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-18',
    'the query of a POST means nothing',
    async (t) => {
      const answer = await t.request('POST', `${t.writing.url}objects/?match[type]=malware&limit=1`, {
        body: { objects: [indicatorOf(t)] },
      });
      t.expectStatus(answer, [202], 'POST has no parameters');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-19',
    'an encoding that is not supported is refused',
    async (t) => {
      const answer = await t.request('POST', `${t.writing.url}objects/`, {
        body: { objects: [indicatorOf(t)] },
        headers: { 'Content-Encoding': 'x-conform' },
      });
      t.expectStatus(answer, [415, 400, 422], 'nobody knows Content-Encoding: x-conform');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-20',
    'deep nesting is bounded',
    async (t) => {
      const depth = 3000;
      const body = `{"objects":[${'['.repeat(depth)}${']'.repeat(depth)}]}`;
      const { answer } = await push(t.session, t.writing.url, [], { body });
      t.expect(answer.status >= 200 && answer.status < 500, '400, 422 or a failure in the status', answer);
      t.expectStatus(await t.get(t.target.root), [200], 'the server goes on');
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-21',
    'names such as __proto__ do no harm',
    async (t) => {
      const { id, ...rest } = indicator();
      t.session.willPost(stringOf(id));
      const body = `{"objects":[{"id":"${id}","__proto__":{"polluted":true},"constructor":{"x":1},${JSON.stringify(rest).slice(1)}]}`;
      const { answer } = await push(t.session, t.writing.url, [], { body });
      t.expect(answer.status >= 200 && answer.status < 500, 'the object kept as data, or refused', answer);
      const after = await t.get(t.target.root);
      t.expect(after.status === 200 && !('polluted' in after.body), 'later answers that are not affected', after);
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-22',
    'a collection that is only written takes objects',
    async (t) => {
      if (t.writing.canRead) t.skip('the collection may be read too');
      const pushed = await push(t.session, t.writing.url, [indicator()]);
      t.expect(allStored(pushed), 'the object to be stored', pushed.answer, refusalOf(pushed));
    },
    { needs: ['write'] },
  ),
  check(
    'T21-5.5-23',
    'what an object refers to need not be there',
    async (t) => {
      const pushed = await push(t.session, t.writing.url, [relationship()]);
      t.expect(
        allStored(pushed),
        'a relationship to be stored without the objects at its ends',
        pushed.answer,
        refusalOf(pushed),
      );
    },
    { needs: ['known'], also: ['T21-S-08'] },
  ),
  check(
    'T21-5.5-10',
    'adding without credentials is refused',
    async (t) => {
      const object = domain();
      const answer = await t.request('POST', `${t.writing.url}objects/`, {
        body: { objects: [object] },
        authorization: null,
      });
      if (answer.status === 202) t.session.willPost(stringOf(object.id));
      t.expectStatus(answer, [401, 403, 404], 'credentials are missing');
      t.expectStatus(
        await t.request('DELETE', `${t.writing.url}objects/${object.id}/`, { authorization: null }),
        [401, 403, 404],
        'credentials are missing',
      );
    },
    { needs: ['write', 'credentials'] },
  ),
];

function indicatorOf(t: Probe) {
  const object = indicator();
  t.session.willPost(stringOf(object.id));
  return object;
}

/** Posts one object; the check ends when it is not stored. */
async function stored(t: Probe, object: ReturnType<typeof indicator>) {
  const pushed = await push(t.session, t.writing.url, [object]);
  t.require(allStored(pushed), 'a sound object to be stored', pushed.answer, refusalOf(pushed));
  return object;
}

async function refused(t: Probe, body: string, what: string): Promise<void> {
  const { answer } = await push(t.session, t.writing.url, [], { body: Buffer.from(body) });
  t.expectStatus(answer, [400, 422], `the body is ${what}`);
}
