import { randomUUID } from 'node:crypto';
import { isObject } from '../../stix/json.ts';
import { type Answer, stringOf, V21 } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { mediaTypeOf } from '../media.ts';
import { isV21 } from './media-types.ts';

/** Section 3.6: errors. */
export const ERRORS: readonly (Check | Watch)[] = [
  watch('T21-3.6-01', 'no request makes the server fail', ({ status }) => {
    return (
      status < 500 ||
      status === 501 ||
      status === 503 ||
      'an answer that says what is wrong with the request; the server failed'
    );
  }),
  watch('T21-3.6.1-01', 'an error has a title', ({ json, status }, kind) => {
    if (status < 400 || !isObject(json) || kind === 'other') return undefined;
    return (
      (typeof json.title === 'string' && json.title !== '') ||
      'an error resource with a title, a text that is not empty'
    );
  }),
  watch('T21-3.6.1-02', 'description, error_id and error_code are texts', ({ json, status }) => {
    if (status < 400 || !isObject(json)) return undefined;
    const wrong = ['description', 'error_id', 'error_code'].find(
      (name) => name in json && typeof json[name] !== 'string',
    );
    return wrong === undefined || `a text as ${wrong}`;
  }),
  watch(
    'T21-3.6.1-03',
    'http_status is the status as a text',
    ({ json, status }) => {
      if (status < 400 || !isObject(json) || json.http_status === undefined) return undefined;
      return (
        json.http_status === String(status) || `"http_status": "${status}", a text equal to the status of the answer`
      );
    },
    ['T21-0-08'],
  ),
  watch('T21-3.6.1-04', 'external_details is a URL', ({ json, status }) => {
    if (status < 400 || !isObject(json) || json.external_details === undefined) return undefined;
    return URL.canParse(stringOf(json.external_details)) || 'a URL as external_details';
  }),
  watch('T21-3.6.1-06', 'errors have the media type of TAXII', (answer, kind) => {
    if (kind === 'other' || answer.status < 400 || answer.sent.method === 'HEAD' || !LISTED.has(answer.status))
      return undefined;
    return isV21(answer.header('content-type')) || `Content-Type: ${V21} on an error too`;
  }),
  check(
    'T21-3.6.1-07',
    'what does not exist is answered in the same words every time',
    async (t) => {
      const [a, b] = [
        await t.get(`${t.target.root}collections/${randomUUID()}/`),
        await t.get(`${t.target.root}collections/${randomUUID()}/`),
      ];
      t.expect(
        wordsOf(a) === wordsOf(b),
        'the same answer for two collections that do not exist, so that it tells nothing',
        b,
      );
      t.expect(
        !/(\\n|\n)\s+at |Traceback|node_modules|site-packages/.test(b.bytes.toString()),
        'no stack trace in an error',
        b,
      );
    },
    { also: ['T21-B-06'] },
  ),
];

/** Those that the tables of the endpoints list; others may come from what stands in front of the server. */
const LISTED: ReadonlySet<number> = new Set([400, 401, 403, 404, 406, 413, 415, 422]);

function wordsOf({ status, body, rawHeaders }: Answer): string {
  const { error_id: _id, ...rest } = body;
  const type = mediaTypeOf(rawHeaders.find(([name]) => name.toLowerCase() === 'content-type')?.[1])?.type;
  return JSON.stringify([status, type, rest]).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, 'ID');
}
