import { type Check, check } from '../check.ts';
import { indicator } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { push } from '../write.ts';

/** The suite sends bodies up to this size, no larger ones. */
const MAX_SENT_BYTES = 16 << 20;

/** Section 4.2.1: how large a body may be. */
export const CONTENT_LENGTH: readonly Check[] = [
  check(
    'T21-4.2.1-06',
    'a body shorter than max_content_length is not too large',
    async (t) => {
      const limit = limitOf(t);
      for (const chunked of [false, true]) {
        const object = indicator();
        const { answer } = await push(t.session, t.writing.url, [object], { body: padded(object, limit - 1), chunked });
        t.expect(
          answer.status === 202,
          `202: ${limit - 1} octets${chunked ? ', chunked,' : ''} are fewer than max_content_length`,
          answer,
        );
      }
    },
    { needs: ['write'] },
  ),
  check(
    'T21-4.2.1-07',
    'a body longer than max_content_length gets 413',
    async (t) => {
      const limit = limitOf(t);
      const object = indicator();
      const { answer } = await push(t.session, t.writing.url, [object], { body: padded(object, limit + 1) });
      if (answer.status === 0) t.skip('the server closed the connection before its answer could be read');
      t.expectStatus(answer, [413], `${limit + 1} octets are more than max_content_length`);
      const after = await t.get(`${t.writing.url}objects/${object.id}/`);
      t.expect(
        after.status !== 200 || after.body.objects === undefined,
        'nothing stored of a body that was too large',
        after,
      );
    },
    { needs: ['write'], also: ['T21-5.5-07'] },
  ),
  check(
    'T21-4.2.1-08',
    'octets count, not characters, also without Content-Length',
    async (t) => {
      const limit = limitOf(t);
      const text = `{"objects":[],"x_conform":"${'日'.repeat(Math.ceil(limit / 3) + 10)}"}`;
      const { answer } = await push(t.session, t.writing.url, [], { body: text, chunked: true });
      // A server that cuts the connection off at the limit has refused too.
      t.expect(answer.status === 413 || answer.status === 0, '413, or the connection closed at the limit', answer);
    },
    { needs: ['write'] },
  ),
];

function limitOf(t: Probe): number {
  const limit = Number(t.target.rootAnswer.body.max_content_length);
  if (!Number.isSafeInteger(limit) || limit < 1000)
    t.skip('max_content_length is not known, or too small for an object');
  if (limit > MAX_SENT_BYTES) t.skip(`max_content_length is above ${MAX_SENT_BYTES} octets, more than the suite sends`);
  return limit;
}

/** An envelope with white space up to so many octets. */
function padded(object: unknown, length: number): Buffer {
  const text = JSON.stringify({ objects: [object] });
  return Buffer.concat([Buffer.from(text), Buffer.alloc(Math.max(length - Buffer.byteLength(text), 0), ' ')]);
}
