import type { Json, JsonObject } from '../../stix/json.ts';
import { isObject } from '../../stix/json.ts';
import { contentKey } from '../../stix/same-content.ts';
import { objectsOf, stringOf, V21 } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { faultOfJson } from '../json-fault.ts';
import { mediaTypeOf } from '../media.ts';
import { indicator } from '../objects.ts';
import { allStored, push, refusalOf } from '../write.ts';

const NAME = /^[a-z][a-z0-9_]{1,249}$/;

/** Section 1: JSON, the media type, names. */
export const SERIALIZATION: readonly (Check | Watch)[] = [
  watch('T21-1.5.1-01', 'names of properties are lower case, with underscores', (answer, kind) => {
    if (kind === 'other' || !isObject(answer.json)) return undefined;
    const wrong = namesIn(answer.json).filter((name) => !NAME.test(name));
    return wrong.length === 0 || `property names of a-z, 0-9 and _, not ${wrong.slice(0, 3).join(', ')}`;
  }),
  watch(
    'T21-1.6.7-01',
    'bodies are JSON in UTF-8, without a byte order mark, no member twice',
    (answer, kind) => {
      if (kind === 'other' || answer.bytes.length === 0 || answer.status === 0 || answer.fault !== undefined)
        return undefined;
      if (mediaTypeOf(answer.header('content-type'))?.type !== 'application/taxii+json') return undefined;
      if (answer.header('content-encoding') !== undefined) return undefined;
      const fault = faultOfJson(answer.bytes);
      return fault === undefined || `RFC 8259 JSON that keeps to I-JSON (RFC 7493): ${fault}`;
    },
    ['T21-2-07'],
  ),
  watch('T21-1.6.8.1-01', 'the media type is application/taxii+json', (answer, kind) => {
    if (kind === 'other' || answer.bytes.length === 0 || answer.sent.method === 'HEAD') return undefined;
    const type = mediaTypeOf(answer.header('content-type'))?.type;
    return type === 'application/taxii+json' || `Content-Type: ${V21}, not ${type ?? 'none'}`;
  }),
  check('T21-1.6.8.2-01', 'a version that is none does not break the server', async (t) => {
    for (const version of ['2', '2.1.0', 'x']) {
      const answer = await t.get(t.target.root, { accept: `application/taxii+json;version=${version}` });
      t.expectStatus(answer, [406, 200], 'a version parameter that is not n.m names no version there is');
    }
  }),
  check('T21-1.6.8.2-02', 'without a version, the newest that the server has is meant', async (t) => {
    for (const url of [t.target.discoveryUrl, t.target.root, `${t.target.root}collections/`]) {
      const answer = await t.get(url, { accept: 'application/taxii+json' });
      t.expect(
        answer.status === 200 && mediaTypeOf(answer.header('content-type'))?.version !== undefined,
        `200 with Content-Type ${V21}`,
        answer,
      );
    }
  }),
  check(
    'T21-1.6.7-02',
    'a body that is no I-JSON is refused, and nothing of it is stored',
    async (t) => {
      const { id, ...rest } = indicator();
      const object = JSON.stringify(rest).slice(1);
      const bodies: [string, Buffer][] = [
        [
          'a byte that is no UTF-8',
          Buffer.concat([
            Buffer.from(`{"objects":[{"id":"${id}","x_bad":"`),
            Buffer.of(0xe9),
            Buffer.from(`",${object}]}`),
          ]),
        ],
        ['a member twice', Buffer.from(`{"objects":[{"id":"${id}","id":"${id}",${object}]}`)],
        ['half of a surrogate pair', Buffer.from(`{"objects":[{"id":"${id}","x_bad":"\\ud800",${object}]}`)],
      ];
      t.session.willPost(stringOf(id));
      for (const [what, body] of bodies) {
        const pushed = await push(t.session, t.writing.url, [], { body });
        const refused =
          pushed.answer.status === 400 || pushed.answer.status === 422 || pushed.status.failure_count === 1;
        t.expect(refused, `400 (or a failure in the status) for ${what}`, pushed.answer);
      }
      const after = await t.get(`${t.writing.url}objects/${id}/`);
      t.expect(
        after.status !== 200 || objectsOf(after.body.objects).length === 0,
        'nothing stored of the refused bodies',
        after,
      );
    },
    { needs: ['write'] },
  ),
  check(
    'T21-1.6.7-03',
    'what was stored comes back with the same JSON value',
    async (t) => {
      const object = indicator({
        name: 'Übung – 日本 😀 \u2028 "quoted" \\ \t',
        description: '',
        labels: ['z', 'a', 'z2'],
        confidence: 85,
        external_references: [{ source_name: 'conformance-test', description: 'é' }],
      });
      const plain = JSON.stringify(object);
      const pushed = await push(t.session, t.writing.url, [object]);
      t.require(allStored(pushed), 'the object to be stored', pushed.answer, refusalOf(pushed));
      const back = await t.read(`${t.writing.url}objects/${object.id}/`);
      const [same] = objectsOf(back.body.objects);
      t.expect(
        same !== undefined && contentKey(JSON.stringify(same)) === contentKey(plain),
        'the object with the same JSON value',
        back,
      );
    },
    { needs: ['known'], also: ['T21-7.1.1-09', 'T21-S-10', 'T21-2-07'] },
  ),
  check(
    'T21-1.6.10-01',
    'something without id and type is not stored as an object',
    async (t) => {
      const pushed = await push(t.session, t.writing.url, [{ hello: 'world' }]);
      const refused = pushed.answer.status >= 400 && pushed.answer.status < 500;
      t.expect(refused || pushed.status.failure_count === 1, '422, or a failure in the status', pushed.answer);
    },
    { needs: ['write'] },
  ),
];

/** The names that TAXII defines or lets a server add: not those inside STIX objects and details. */
function namesIn(body: JsonObject): string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (name === 'details') return [name];
    const lists = name === 'objects' && !isManifest(value) ? [] : objectsOf(value);
    return [name, ...lists.flatMap((each) => Object.keys(each))];
  });
}

function isManifest(value: Json | undefined): boolean {
  return objectsOf(value).some((each) => 'date_added' in each);
}
