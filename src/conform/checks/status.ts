import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../stix/json.ts';
import { objectsOf, stringOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { domain, indicator, NONSENSE, statement } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { keyOf } from '../sample.ts';
import { push } from '../write.ts';
import { COUNTS, isStatus, TS6 } from './data-types.ts';

const LISTS = [
  ['successes', 'success_count'],
  ['failures', 'failure_count'],
  ['pendings', 'pending_count'],
] as const;

/** Section 4.3: status. */
export const STATUS: readonly (Check | Watch)[] = [
  check(
    'T21-4.3-01',
    'the status of a POST can be fetched',
    async (t) => {
      const { answer, url } = await posted(t, [indicator()]);
      const status = await t.get(url);
      t.expect(
        status.status === 200 && status.body.id === answer.body.id,
        '200 with the status of the same id',
        status,
      );
    },
    { needs: ['write'], also: ['T21-5.5-02'] },
  ),
  check('T21-4.3-03', 'an unknown status is 404', async (t) => {
    for (const id of [randomUUID(), 'not-a-uuid'])
      t.expectStatus(
        await t.get(`${t.target.root}status/${id}/`),
        t.session.authorization === undefined ? [404, 401, 403] : [404],
        'there is no such status',
      );
  }),
  check(
    'T21-4.3-04',
    'a status that was seen to be complete is still there',
    async (t) => {
      const { url } = await posted(t, [indicator()]);
      for (let i = 0; i < 3; i++) t.expectStatus(await t.get(url), [200], 'the status of a moment ago');
    },
    { needs: ['write'], also: ['T21-4.3-02'] },
  ),
  check(
    'T21-4.3-05',
    'a deletion returns no status',
    async (t) => {
      const object = indicator();
      await posted(t, [object]);
      const answer = await t.request('DELETE', `${t.writing.url}objects/${object.id}/`);
      if (answer.status !== 200) t.skip('the object could not be deleted');
      t.expect(!isStatus(answer.json), 'no status: only additions have one', answer);
    },
    { needs: ['write'] },
  ),
  check(
    'T21-4.3-06',
    'a status is not for callers without credentials',
    async (t) => {
      const { url } = await posted(t, [indicator()]);
      t.expectStatus(
        await t.get(url, { authorization: null }),
        [401, 403, 404],
        'the status belongs to the partner that posted',
      );
    },
    { needs: ['write', 'credentials'] },
  ),
  statusProperty(
    'T21-4.3.1-02',
    'status is complete or pending',
    ({ status }) =>
      status === 'complete' || status === 'pending' || `"complete" or "pending", not ${JSON.stringify(status)}`,
  ),
  check(
    'T21-4.3.1-03',
    'a complete status does not change',
    async (t) => {
      const { url, final } = await posted(t, [indicator(), NONSENSE]);
      for (let i = 0; i < 3; i++) {
        const answer = await t.get(url);
        t.expect(
          canonical(answer.body) === canonical(final),
          'the same status as before, since it was complete',
          answer,
        );
      }
    },
    { needs: ['write'] },
  ),
  check(
    'T21-4.3.1-04',
    'request_timestamp is the time of the POST',
    async (t) => {
      const { answer } = await posted(t, [indicator()]);
      const { request_timestamp: at } = answer.body;
      if (at === undefined) t.skip('the status has no request_timestamp, which is optional');
      t.expect(TS6.test(stringOf(at)), 'a TAXII timestamp as request_timestamp', answer);
      const clock = Date.parse(answer.header('date') ?? '');
      const difference = Math.abs(Date.parse(stringOf(at)) - clock);
      t.expect(
        Number.isNaN(clock) || difference < 60_000,
        'request_timestamp within a minute of the Date header',
        answer,
      );
    },
    { needs: ['write'] },
  ),
  check(
    'T21-4.3.1-05',
    'total_count is the number of objects posted',
    async (t) => {
      for (const objects of [[indicator()], [indicator(), domain(), statement(), NONSENSE]]) {
        const { answer, final, refused } = await posted(t, objects);
        if (refused) continue;
        t.expect(answer.body.total_count === objects.length, `total_count: ${objects.length}`, answer);
        t.expect(
          final.total_count === objects.length,
          `total_count: ${objects.length}, still when complete`,
          answer,
          JSON.stringify(final).slice(0, 200),
        );
      }
    },
    { needs: ['write'] },
  ),
  statusProperty('T21-4.3.1-07', 'the counts are whole numbers from zero', (status) => {
    const wrong = COUNTS.find((name) => !Number.isSafeInteger(status[name]) || Number(status[name]) < 0);
    return wrong === undefined || `${wrong} as an integer of at least 0, not ${JSON.stringify(status[wrong])}`;
  }),
  statusProperty('T21-4.3.1-08', 'the counts add up to total_count', (status) => {
    const sum = COUNTS.slice(1).reduce((total, name) => total + Number(status[name]), 0);
    return (
      sum === Number(status.total_count) ||
      `success, failure and pending counts that add up to total_count, not ${sum} of ${status.total_count}`
    );
  }),
  statusProperty(
    'T21-4.3.1-09',
    'complete means that nothing is pending',
    (status) =>
      (status.status === 'complete') === (Number(status.pending_count) === 0 && Number(status.total_count) > 0) ||
      '"complete" exactly when pending_count is 0',
  ),
  statusProperty('T21-4.3.1-10', 'the lists are as long as their counts', (status) => {
    const wrong = LISTS.find(([list, count]) => Array.isArray(status[list]) && status[list].length !== status[count]);
    return wrong === undefined || `${wrong[0]} with ${wrong[1]} entries, or left out`;
  }),
  statusProperty('T21-4.3.1-11', 'each entry of a list has an id', (status) => {
    const all = LISTS.flatMap(([list]) => objectsOf(status[list]));
    return all.every(({ id }) => typeof id === 'string' && id !== '') || 'entries with the id of the object';
  }),
  statusProperty(
    'T21-4.3.1-06',
    'total_count 0 means that processing has not begun',
    ({ status, total_count: total }) => total !== 0 || status === 'pending' || '"pending" beside total_count 0',
  ),
  check(
    'T21-4.3.1-12',
    'an entry has the version of its object',
    async (t) => {
      const [a, m] = [indicator({ modified: '2021-05-05T05:05:05.123456Z' }), statement()];
      const { answer, final } = await posted(t, [a, m]);
      const all = LISTS.flatMap(([list]) => objectsOf(final[list]));
      if (all.length === 0) t.skip('the status has no lists, which are optional');
      for (const object of [a, m]) {
        const entry = all.find(({ id }) => id === object.id);
        const version = stringOf(object.modified ?? object.created);
        t.expect(
          keyOf(stringOf(entry?.version)) === keyOf(version),
          `version: ${version} for ${object.id}`,
          answer,
          JSON.stringify(entry),
        );
      }
    },
    { needs: ['write'], also: ['T21-4.3.1-11'] },
  ),
  check(
    'T21-4.3.1-13',
    'an object without dates has the same version in status and manifest',
    async (t) => {
      const object = domain();
      const { answer, final, refused } = await posted(t, [object]);
      const entry = objectsOf(final.successes).find(({ id }) => id === object.id);
      if (refused || entry === undefined) return t.skip('the status does not list the object');
      const manifest = await t.read(`${t.writing.url}manifest/?match[id]=${object.id}`);
      const [record] = objectsOf(manifest.body.objects);
      t.expect(
        record?.version === entry.version,
        `version ${entry.version}, as in the status`,
        manifest,
        stringOf(answer.body.id),
      );
    },
    { needs: ['known'] },
  ),
  check(
    'T21-4.3.1-14',
    'a failure says why',
    async (t) => {
      const { answer, final, refused } = await posted(t, [indicator(), NONSENSE]);
      if (refused) t.skip('the server refused the envelope as a whole');
      const failures = objectsOf(final.failures);
      if (failures.length === 0) t.skip('the status lists no failures');
      t.expect(
        failures.every(({ message }) => message === undefined || typeof message === 'string'),
        'message as a text',
        answer,
      );
      t.expect(
        failures.every(({ message }) => !/\n\s+at |Traceback/.test(stringOf(message))),
        'no stack trace in a message',
        answer,
      );
    },
    { needs: ['write'] },
  ),
];

function statusProperty(id: string, title: string, test: (status: JsonObject) => boolean | string): Watch {
  return watch(id, title, ({ json, ok }) => {
    if (!ok || !isStatus(json) || !isObject(json)) return undefined;
    const result = test(json);
    return result === true ? true : String(result);
  });
}

/** Posts objects. The check ends when the answer is no status; a refusal of the whole envelope (4xx) is told apart. */
async function posted(t: Probe, objects: readonly JsonObject[]) {
  const { answer, status } = await push(t.session, t.writing.url, objects);
  const refused = answer.status >= 400 && answer.status < 500 && objects.includes(NONSENSE);
  t.require(refused || (answer.status === 202 && isStatus(answer.json)), '202 with a status', answer);
  return { answer, final: status, refused, url: `${t.target.root}status/${stringOf(answer.body.id)}/` };
}

function canonical(body: JsonObject): string {
  return JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
}
