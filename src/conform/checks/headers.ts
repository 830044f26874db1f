import { isObject } from '../../stix/json.ts';
import { objectsOf } from '../answer.ts';
import { type Check, check, type Watch, watch } from '../check.ts';
import { PAGED } from '../endpoint.ts';
import { ALL } from '../gather.ts';
import { scopeOf } from '../sample.ts';
import { DATES, TS6 } from './data-types.ts';

const [FIRST = '', LAST = ''] = DATES;
const NAMES: Readonly<Record<string, string>> = {
  [FIRST]: 'X-TAXII-Date-Added-First',
  [LAST]: 'X-TAXII-Date-Added-Last',
};

/** Section 3.2: headers. */
export const HEADERS: readonly (Check | Watch)[] = [
  check(
    'T21-3.2-02',
    'the scheme in Authorization is read in any case',
    async (t) => {
      const given = t.session.authorization ?? t.skip('needs credentials in the Authorization header');
      const [scheme = '', ...rest] = given.split(' ');
      for (const spelled of [scheme.toLowerCase(), scheme.toUpperCase()]) {
        const answer = await t.get(t.target.root, { authorization: [spelled, ...rest].join(' ') });
        t.expectStatus(answer, [200], 'the name of an authentication scheme has no case (RFC 9110 §11.1)');
      }
      for (const authorization of ['Basic %%%', 'Basic', 'Unknown abc']) {
        const answer = await t.get(t.target.root, { authorization });
        t.expect(
          answer.status < 500 && answer.status !== 0,
          '401 for credentials that cannot be read, never 5xx',
          answer,
        );
      }
    },
    { needs: ['credentials'] },
  ),
  check(
    'T21-3.2-04',
    'a request without User-Agent is served',
    async (t) => {
      t.expectStatus(await t.get(t.target.root, { userAgent: null }), [200], 'User-Agent is not required');
    },
    { also: ['T21-8.2.1-06'] },
  ),
  ...[FIRST, LAST].map((name, index) =>
    watch(index === 0 ? 'T21-3.2-06' : 'T21-3.2-07', `answers with entries have ${NAMES[name]}`, (answer, kind) => {
      if (!PAGED.has(kind) || !answer.ok || answer.sent.method !== 'GET' || !hasEntries(answer.json)) return undefined;
      return answer.header(name) !== undefined || `the header ${NAMES[name]}`;
    }),
  ),
  check(
    'T21-3.2-09',
    'the date headers are those of the first and last entry of this very answer',
    async (t) => {
      const { sample } = t;
      for (const query of [
        `${scopeOf(sample)}&${ALL}&limit=2`,
        `${scopeOf(sample)}&${ALL}&limit=3`,
        `match[id]=${sample.entries.at(-1)?.id}&${ALL}`,
      ]) {
        const manifest = await t.read(`${sample.url}manifest/?${query}`);
        const dates = objectsOf(manifest.body.objects).map(({ date_added: date }) => date);
        for (const answer of [manifest, await t.read(`${sample.url}objects/?${query}`)]) {
          t.expect(
            answer.header(FIRST) === dates[0],
            `${NAMES[FIRST]}: ${dates[0]}, the date_added of the first entry`,
            answer,
          );
          t.expect(
            answer.header(LAST) === dates.at(-1),
            `${NAMES[LAST]}: ${dates.at(-1)}, the date_added of the last entry`,
            answer,
          );
        }
      }
    },
    { needs: ['sample'] },
  ),
  watch('T21-3.2-10', 'date headers stand on pages only', (answer, kind) => {
    if (PAGED.has(kind) && answer.ok && answer.sent.method !== 'DELETE' && answer.sent.method !== 'POST')
      return undefined;
    return (
      DATES.every((name) => answer.header(name) === undefined || TS6.test(answer.header(name) ?? '')) ||
      'no date headers here'
    );
  }),
  check(
    'T21-3.2-08',
    'the date headers of all four paged endpoints are timestamps',
    async (t) => {
      const { sample } = t;
      const id = sample.entries[0]?.id;
      for (const path of ['manifest/', 'objects/', `objects/${id}/`, `objects/${id}/versions/`]) {
        const answer = await t.read(`${sample.url}${path}`);
        for (const name of DATES)
          t.expect(TS6.test(answer.header(name) ?? ''), `${NAMES[name]} with six digits of fraction and a Z`, answer);
      }
    },
    { needs: ['sample'] },
  ),
];

function hasEntries(json: unknown): boolean {
  if (!isObject(json)) return false;
  return [json.objects, json.versions].some((list) => Array.isArray(list) && list.length > 0);
}
