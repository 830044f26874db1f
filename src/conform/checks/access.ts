import { randomUUID } from 'node:crypto';
import type { Answer } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { NONSENSE } from '../objects.ts';
import type { Probe } from '../probe.ts';
import { UNKNOWN_OBJECT } from '../tour.ts';

/** A user that nobody has, so that no account is locked by wrong guesses. */
const STRANGER = `Basic ${Buffer.from(`conform-${randomUUID()}:wrong`).toString('base64')}`;

/** Sections 1.6.9 and 5: who may do what. */
export const ACCESS: readonly (Check | Watch)[] = [
  check(
    'T21-1.6.9-01',
    'without credentials the answer is 401, with a challenge',
    async (t) => {
      await closed(t);
      const { root } = t.target;
      for (const url of [root, `${root}collections/`, ...contents(t)]) {
        const answer = await t.get(url, { authorization: null });
        t.expect(
          answer.status === 401 && answer.header('www-authenticate') !== undefined,
          '401 with WWW-Authenticate: credentials are needed here',
          answer,
        );
      }
    },
    { needs: ['credentials'] },
  ),
  watch(
    'T21-1.6.9-02',
    'every 401 has a challenge that can be read',
    (answer) => {
      if (answer.status !== 401) return undefined;
      return (
        /^[\w!#$%&'*+.^`|~-]+(\s+\S|\s*,|\s*$)/.test(answer.header('www-authenticate') ?? '') ||
        'WWW-Authenticate with a scheme, such as Basic realm="…"'
      );
    },
    ['T21-3.2-05'],
  ),
  check(
    'T21-5-01',
    'wrong credentials give 401 or 404, never 403 or 200',
    async (t) => {
      await closed(t);
      for (const url of [`${t.target.root}collections/`, ...contents(t).slice(0, 2)]) {
        const answer = await t.get(url, { authorization: STRANGER });
        if (answer.status === 429) t.skip('the server slows down guesses');
        t.expectStatus(answer, [401, 404], 'authentication failed');
      }
    },
    { needs: ['credentials'] },
  ),
  check(
    'T21-5-02',
    'a collection that may not be read gives 403 or 404',
    async (t) => {
      const closed =
        t.target.collections.find(({ canRead }) => !canRead) ?? t.skip('every listed collection may be read');
      for (const path of ['manifest/', 'objects/', `objects/${UNKNOWN_OBJECT}/`, `objects/${UNKNOWN_OBJECT}/versions/`])
        t.expectStatus(await t.get(`${closed.url}${path}`), [403, 404], 'can_read is false');
    },
    { also: ['T21-5.2.1-09'] },
  ),
  check(
    'T21-5-03',
    'a collection that may not be written gives 403 or 404 on POST',
    async (t) => {
      const closed =
        t.target.collections.find(({ canWrite }) => !canWrite) ?? t.skip('every listed collection may be written');
      const answer = await t.request('POST', `${closed.url}objects/`, { body: { objects: [NONSENSE] } });
      // What should not have been taken is not left there.
      if (answer.status === 202) await t.request('DELETE', `${closed.url}objects/${NONSENSE.id}/`);
      t.expectStatus(answer, [403, 404], 'can_write is false');
    },
    { needs: ['write'], also: ['T21-5.2.1-09'] },
  ),
  check(
    'T21-5-05',
    'the right comes before the body',
    async (t) => {
      const closed =
        t.target.collections.find(({ canWrite }) => !canWrite) ?? t.skip('every listed collection may be written');
      const answer = await t.request('POST', `${closed.url}objects/`, { body: '{' });
      t.expectStatus(answer, [403, 404], 'can_write is false, whatever the body');
    },
    { needs: ['write'] },
  ),
  check('T21-5.2.1-09', 'can_read tells the truth', async (t) => {
    for (const { url, canRead } of t.target.collections.slice(0, 20)) {
      const answer = await t.get(`${url}objects/?limit=1`);
      const open = answer.status === 200;
      t.expect(open === canRead, canRead ? '200: can_read is true' : '403 or 404: can_read is false', answer);
    }
  }),
];

/** Goes on only where callers without credentials see nothing. */
async function closed(t: Probe): Promise<void> {
  const answer: Answer = await t.get(`${t.target.root}collections/`, { authorization: null });
  if (answer.ok) t.skip('this server answers callers without credentials');
}

function contents(t: Probe): string[] {
  const { reading } = t.target;
  return reading === undefined
    ? []
    : [
        reading.url,
        `${reading.url}objects/`,
        `${reading.url}manifest/`,
        `${reading.url}objects/${UNKNOWN_OBJECT}/`,
        `${reading.url}objects/${UNKNOWN_OBJECT}/versions/`,
      ];
}
