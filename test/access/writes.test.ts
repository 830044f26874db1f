import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { markingClass } from '../../src/stix/tlp.ts';
import type { NewObject } from '../../src/store/store.ts';
import type { Answer, Ask } from '../http/hub.ts';
import { Cells } from './cells.ts';
import { Partner, statusBy } from './model.ts';
import { MARKING_NAMES, type MarkingName, type ObjectRow, STATE_NAMES, type TypeName } from './table.ts';
import {
  askOf,
  at,
  during,
  idOf,
  modifiedOf,
  NEIGHBOUR,
  OPERATOR,
  objectOf,
  openWorld,
  PLACES,
  partnerOf,
  push,
  uuidOf,
  versionsOf,
} from './world.ts';

/** Every state of a partner × pushing, its status, and deletion × objects, with exactly what is stored and what is left. */

const hub = await openWorld({ after });
const NEIGHBOURS_STATUS = (await push(hub, 'work', [objectOf('clear', 'process', 'clear')], NEIGHBOUR)).json
  .id as string;
const ABSENT_STATUS = uuidOf('no status');

for (const state of STATE_NAMES)
  describe(state, () => {
    const partner = new Partner(state);
    const ask = askOf(state);
    const run = (name: string, cells: (cells: Cells) => Promise<void>): void => {
      test(name, () =>
        during(hub, state, async () => {
          const all = new Cells();
          await cells(all);
          all.done();
        }),
      );
    };
    run('what a push stores, and who reads its status', (cells) => pushes(cells, state, partner, ask));
    run('what deletion takes', (cells) => deletions(cells, state, partner, ask));
  });

test('the table has at least 1,000 cells', (t) => {
  t.diagnostic(`${Cells.count} cells`);
  assert.ok(Cells.count >= 1000, `${Cells.count} cells`);
});

// ── pushes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is pushed: each marking once, then other types. */
const PUSHED: readonly (readonly [type: TypeName, marking: MarkingName])[] = [
  ...MARKING_NAMES.map((marking) => ['indicator', marking] as const),
  ...(['malware', 'report', 'process'] as const).flatMap((type) =>
    (['clear', 'amber', 'red'] as const).map((marking) => [type, marking] as const),
  ),
];

async function pushes(cells: Cells, state: string, partner: Partner, ask: Ask): Promise<void> {
  const label = `pushed by ${state}`;
  const objects = PUSHED.map(([type, marking]) => objectOf(marking, type, marking, 1, label));
  const answer = await hub.post(at('work', 'objects/'), { objects }, ask);
  cells.check('POST', answer.status, statusBy(partner, partner.write, 202));
  if (answer.status !== 202 && !partner.isListed)
    cells.same('POST', answer, await hub.post(at('absent', 'objects/'), { objects }, ask));
  const ids = objects.map(({ id }) => id);
  const stored = new Set(await idsHeld(ids));
  const succeeded = new Set(linesOf(answer, 'successes'));
  const failed = new Set(linesOf(answer, 'failures'));
  for (const [i, [type, marking]] of PUSHED.entries()) {
    const taken = partner.signsIn && partner.mayWrite(type, marking, 'work');
    const id = ids[i] ?? '';
    cells.check(
      `${type} marked ${marking}`,
      { stored: stored.has(id), succeeded: succeeded.has(id), failed: failed.has(id) },
      { stored: taken, succeeded: taken, failed: !taken && answer.status === 202 },
    );
  }
  await statuses(cells, partner, ask, answer);
}

async function statuses(cells: Cells, partner: Partner, ask: Ask, pushed: Answer): Promise<void> {
  const statusOf = (id: string, of: Ask, root = 'm', method = 'GET'): Promise<Answer> =>
    hub.request(method, `/${root}/status/${id}/`, of);
  const absent = await statusOf(ABSENT_STATUS, ask);
  cells.check('absent status', absent.status, partner.signsIn && !partner.isNobody ? 404 : 401);
  const foreign = await statusOf(NEIGHBOURS_STATUS, ask);
  if (partner.isOperator) cells.check('foreign status', foreign.status, 200);
  else cells.same('foreign status', foreign, absent);
  if (pushed.status !== 202) return;
  const { id } = pushed.json;
  const own = await statusOf(id, ask);
  cells.check('own status', [own.status, own.text], [200, pushed.text]);
  cells.check('HEAD of own status', (await statusOf(id, ask, 'm', 'HEAD')).status, 200);
  cells.check('own status for an operator', (await statusOf(id, OPERATOR)).text, pushed.text);
  cells.same('own status for a neighbour', await statusOf(id, NEIGHBOUR), await statusOf(ABSENT_STATUS, NEIGHBOUR));
  const inOtherRoot = await statusOf(id, OPERATOR, 'far');
  cells.check('own status in another root', inOtherRoot.status, 404);
  cells.same('own status in another root', inOtherRoot, await statusOf(ABSENT_STATUS, OPERATOR, 'far'));
  const nobody = { user: null };
  if (!partner.isNobody)
    cells.same('own status for nobody', await statusOf(id, nobody), await statusOf(ABSENT_STATUS, nobody));
}

function linesOf(answer: Answer, list: 'successes' | 'failures'): string[] {
  if (answer.status !== 202) return [];
  return ((answer.json[list] ?? []) as { readonly id: string }[]).map(({ id }) => id);
}

async function idsHeld(ids: readonly string[]): Promise<string[]> {
  const answer = await hub.get(at('work', `manifest/?match[version]=all&match[id]=${ids.join()}`), OPERATOR);
  return ((answer.json.objects ?? []) as { readonly id: string }[]).map(({ id }) => id);
}

// ── deletions ────────────────────────────────────────────────────────────────────────────────────────────────────────

const DELETED: Readonly<Record<string, ObjectRow>> = {
  'clear indicator': { type: 'indicator', versions: ['clear'] },
  'green indicator': { type: 'indicator', versions: ['green'] },
  'amber indicator': { type: 'indicator', versions: ['amber'] },
  'red indicator': { type: 'indicator', versions: ['red'] },
  'clear malware': { type: 'malware', versions: ['clear'] },
  'red malware': { type: 'malware', versions: ['red'] },
  'two versions': { type: 'report', versions: ['clear', 'green'] },
  'newest restricted': { type: 'report', versions: ['clear', 'red'] },
  'older restricted': { type: 'indicator', versions: ['red', 'clear'] },
};

async function deletions(cells: Cells, state: string, partner: Partner, ask: Ask): Promise<void> {
  for (const owner of ['neighbour', partnerOf(state)]) {
    const label = `of ${owner}, for ${state}`;
    const source = partner.isOperator && owner !== 'neighbour' ? 'operator:ops' : `partner:${owner}`;
    const objects = Object.entries(DELETED).flatMap(([name, row]) => versionsOf(name, row, label).map(stored));
    await hub.store.objects.commit({ collection: PLACES.work, source, objects });
    const absent = await hub.delete(at('work', `objects/${idOf('absent', 'indicator')}/`), ask);
    for (const [name, row] of Object.entries(DELETED)) {
      const seen = partner.visible(row, 'work');
      const going = partner.signsIn ? partner.deletable(row, 'work', owner !== 'neighbour') : [];
      const id = idOf(name, row.type, label);
      const answer = await hub.delete(at('work', `objects/${id}/`), ask);
      const allowed = seen.length === 0 ? 404 : going.length === 0 ? 403 : 200;
      cells.check(`DELETE ${name} ${label}`, answer.status, statusBy(partner, partner.remove, allowed));
      if (partner.remove !== 'allowed' || allowed === 404) cells.same(`DELETE ${name} ${label}`, answer, absent);
      const left = row.versions.flatMap((_, i) => (going.includes(i + 1) ? [] : [modifiedOf(i + 1)]));
      cells.check(`what is left of ${name} ${label}`, await versionsHeld(id), left);
    }
  }
}

function stored(object: ReturnType<typeof objectOf>): NewObject {
  const { id, type, modified } = object as { id: string; type: string; modified: string };
  const json = JSON.stringify(object);
  return { id, type, specVersion: '2.1', version: modified, marking: markingClass(JSON.parse(json)), json };
}

async function versionsHeld(id: string): Promise<string[]> {
  const answer = await hub.get(at('work', `objects/${id}/versions/`), OPERATOR);
  return ((answer.json.versions ?? []) as string[]).toSorted();
}
