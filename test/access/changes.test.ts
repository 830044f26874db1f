import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { markingClass } from '../../src/stix/tlp.ts';
import type { NewObject } from '../../src/store/store.ts';
import type { Answer, Ask } from '../http/hub.ts';
import { Cells } from './cells.ts';
import { levelOf, Partner } from './model.ts';
import { type ObjectRow, STATE_NAMES } from './table.ts';
import {
  askOf,
  at,
  during,
  idOf,
  modifiedOf,
  OPERATOR,
  objectOf,
  openWorld,
  PLACES,
  partnerOf,
  versionsOf,
} from './world.ts';

/**
 * Every state of a partner × pushing what is open into objects that others restricted, with exactly what is stored then
 * and in which words it is refused.
 */

const hub = await openWorld({ after });

/** Objects of somebody else. An observable has no versions of its own. */
const CHANGED: Readonly<Record<string, ObjectRow>> = {
  'clear indicator': { type: 'indicator', versions: ['clear'] },
  'amber indicator': { type: 'indicator', versions: ['amber'] },
  'red indicator': { type: 'indicator', versions: ['red'] },
  'restricted indicator': { type: 'indicator', versions: ['clear', 'red'] },
  'opened indicator': { type: 'indicator', versions: ['red', 'clear'] },
  'amber malware': { type: 'malware', versions: ['amber'] },
  'restricted report': { type: 'report', versions: ['clear', 'green', 'amber'] },
  'clear process': { type: 'process', versions: ['clear'] },
  'red process': { type: 'process', versions: ['red'] },
  'restricted process': { type: 'process', versions: ['clear', 'red'] },
};
/** What an earlier version may not become, by whatever is pushed. */
const OPENED = new Map([
  ['restricted indicator', 1],
  ['restricted process', 1],
]);

for (const state of STATE_NAMES)
  describe(state, () => {
    const partner = new Partner(state);
    for (const owner of ['neighbour', partnerOf(state)])
      test(`what it pushes into objects of ${owner === 'neighbour' ? 'others' : 'its own'}`, () =>
        during(hub, state, async () => {
          const cells = new Cells();
          await changes(cells, partner, owner === 'neighbour', state, askOf(state));
          cells.done();
        }));
  });

test('the table has at least 500 cells', (t) => {
  t.diagnostic(`${Cells.count} cells`);
  assert.ok(Cells.count >= 500, `${Cells.count} cells`);
});

async function changes(cells: Cells, partner: Partner, foreign: boolean, state: string, ask: Ask): Promise<void> {
  const label = `of ${foreign ? 'others' : 'its own'}, for ${state}`;
  const source = foreign ? 'partner:neighbour' : sourceOf(partner, state);
  const rows = Object.entries(CHANGED);
  const before = rows.flatMap(([name, row]) => versionsOf(name, row, label).map(storable));
  await hub.store.objects.commit({ collection: PLACES.work, source, objects: before });
  const pushed = rows.map(([name, { type }]) => ({ ...objectOf(name, type, 'clear', 9, label), x_pushed: true }));
  const answer = await hub.post(at('work', 'objects/'), { objects: [...pushed, ...pushed] }, ask);
  const messages = new Set<string | undefined>();
  for (const [name, row] of rows) {
    const { type, versions } = row;
    const mayWrite = partner.signsIn && partner.mayWrite(type, 'clear', 'work');
    const seen = !foreign || partner.visible(row, 'work').includes(versions.length);
    const alike = versions.every((marking) => levelOf(marking, 'work') === levelOf(versions[0] ?? marking, 'work'));
    const taken = mayWrite && (seen || (type === 'process' && alike));
    const id = idOf(name, type, label);
    const lines = linesOf(answer, id);
    cells.check(
      name,
      { held: await heldOf(id), lines: lines.map(({ list }) => list) },
      {
        held: versions.length + (taken ? 1 : 0),
        lines: answer.status === 202 ? Array(2).fill(taken ? 'successes' : 'failures') : [],
      },
    );
    if (mayWrite && !taken) for (const line of lines) messages.add(line.message);
    const opened = OPENED.get(name);
    if (opened === undefined || seen) continue;
    cells.check(`${name}, for who may not see its newest version`, await seenByGreen(id), taken ? [modifiedOf(9)] : []);
  }
  cells.check('words', messages.size <= 1, true);
  if (foreign && answer.status === 202) await duplicates(cells, before, ask, partner);
}

/** What is stored already is a success for whoever may write it, whether or not it may be seen. */
async function duplicates(cells: Cells, stored: readonly NewObject[], ask: Ask, partner: Partner): Promise<void> {
  const writable = stored.filter(({ type, marking }) =>
    partner.mayWrite(type, marking === 'unmarked' || marking === 'other' ? 'unmarked' : marking, 'work'),
  );
  if (writable.length === 0) return;
  const answer = await hub.post(at('work', 'objects/'), { objects: writable.map(({ json }) => JSON.parse(json)) }, ask);
  cells.check('exact duplicates', answer.json.success_count, writable.length);
}

/** As in `Batch.source`. */
function sourceOf(partner: Partner, state: string): string {
  return partner.isOperator ? 'operator:ops' : `partner:${partnerOf(state)}`;
}

function storable(object: ReturnType<typeof objectOf>, i: number): NewObject {
  const { id, type, modified } = object as { id: string; type: string; modified?: string };
  // Versions of an observable differ in their content.
  const json = JSON.stringify(modified === undefined ? { ...object, pid: i } : object);
  const marking = markingClass(JSON.parse(json));
  return { id, type, specVersion: '2.1', ...(modified === undefined ? {} : { version: modified }), marking, json };
}

function linesOf(answer: Answer, id: string): { readonly list: string; readonly message?: string }[] {
  if (answer.status !== 202) return [];
  return ['successes', 'failures'].flatMap((list) =>
    ((answer.json[list] ?? []) as { readonly id: string; readonly message?: string }[])
      .filter((line) => line.id === id)
      .map((line) => ({ list, ...(line.message === undefined ? {} : { message: line.message }) })),
  );
}

async function heldOf(id: string): Promise<number> {
  const answer = await hub.get(at('work', `manifest/?match[version]=all&match[id]=${id}`), OPERATOR);
  return ((answer.json.objects ?? []) as unknown[]).length;
}

/** Versions that somebody sees who may read up to green. */
async function seenByGreen(id: string): Promise<string[]> {
  const answer = await hub.get(at('work', `objects/${id}/versions/`), askOf('reads green'));
  return (answer.json.versions ?? []) as string[];
}
