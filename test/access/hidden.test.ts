import { after, test } from 'node:test';
import type { Answer, Ask } from '../http/hub.ts';
import { Cells } from './cells.ts';
import { Partner } from './model.ts';
import { STATE_NAMES } from './table.ts';
import {
  askOf,
  at,
  during,
  idOf,
  NEIGHBOUR,
  OPERATOR,
  openWorld,
  PLACES,
  push,
  UNKNOWN_USER,
  uuidOf,
} from './world.ts';

/** Every state of a partner × every endpoint and method: what is hidden from it answers as what is absent does. */

const hub = await openWorld({ after });
const ABSENT_STATUS = uuidOf('no status');
const FOREIGN_STATUS = (
  await push(hub, 'shut', [{ type: 'process', spec_version: '2.1', id: idOf('pushed', 'process'), pid: 7 }], NEIGHBOUR)
).json.id as string;

for (const state of STATE_NAMES)
  test(state, () =>
    during(hub, state, async () => {
      const cells = new Cells();
      await hidden(cells, new Partner(state), askOf(state));
      cells.done();
    }),
  );

test('an unknown user is answered as one with a wrong password, and as one whose credential does not count', async () => {
  const cells = new Cells();
  const wrong = ['wrong password', 'disabled token', 'expired token'].map(askOf);
  for (const [method, path] of [
    ['GET', '/taxii2/'],
    ['GET', '/m/'],
    ['POST', at('main', 'objects/')],
    ['HEAD', at('main', 'objects/')],
    ['GET', at('absent')],
  ] as const) {
    const answer = await hub.request(method, path, UNKNOWN_USER);
    cells.check(`${method} ${path}`, answer.status, 401);
    for (const ask of wrong) cells.same(`${method} ${path}`, answer, await hub.request(method, path, ask));
  }
  cells.done();
});

test('a collection is in its own root only', async () => {
  const cells = new Cells();
  for (const rest of ['', 'objects/', 'manifest/'])
    for (const ask of [NEIGHBOUR, OPERATOR])
      for (const place of ['main', 'far'] as const) {
        const elsewhere = (path: string): string =>
          place === 'far' ? path.replace('/far/', '/m/') : path.replace('/m/', '/far/');
        const absent = await hub.get(elsewhere(at(place, rest)).replace(PLACES[place], PLACES.absent), ask);
        cells.same(`${place} ${rest}`, await hub.get(elsewhere(at(place, rest)), ask), absent);
      }
  cells.done();
});

const OPERATIONS = [
  ['GET', ''],
  ['GET', 'manifest/'],
  ['GET', 'objects/'],
  ['HEAD', 'objects/'],
  ['HEAD', ''],
  ['POST', 'objects/'],
  ['GET', `objects/${idOf('clear', 'indicator')}/`],
  ['DELETE', `objects/${idOf('clear', 'indicator')}/`],
  ['GET', `objects/${idOf('clear', 'indicator')}/versions/`],
  ['PUT', 'objects/'],
  ['PATCH', `objects/${idOf('clear', 'indicator')}/`],
  ['OPTIONS', 'objects/'],
  ['DELETE', ''],
] as const;

/** With what anybody must be told before, or may not be. */
const MANNERS: readonly Ask[] = [{}, { accept: 'text/html' }, { accept: null }];

async function hidden(cells: Cells, partner: Partner, ask: Ask): Promise<void> {
  if (partner.isOperator) return;
  const status = partner.signsIn && !partner.isNobody ? 404 : 401;
  for (const [method, rest] of OPERATIONS)
    for (const manners of rest === 'objects/' ? MANNERS : MANNERS.slice(0, 1)) {
      const body = method === 'POST' ? { body: { objects: [{ type: 'nonsense' }] } } : {};
      const send = (path: string): Promise<Answer> => hub.request(method, path, { ...ask, ...manners, ...body });
      const absent = await send(at('absent', rest));
      const where = `${method} ${rest} ${JSON.stringify(manners)}`;
      for (const place of partner.isListed ? (['shut'] as const) : (['main', 'shut'] as const))
        cells.same(`${place} ${where}`, await send(at(place, rest)), absent);
      if (rest === '' || rest === 'objects/')
        cells.same(`far ${where}`, await send(at('far', rest)), await send(at('far', rest).replace('/far/', '/nope/')));
      const isServed = !['PUT', 'PATCH', 'OPTIONS'].includes(method) && !(method === 'DELETE' && rest === '');
      const unaccepted = manners.accept === 'text/html' && status === 404;
      if (isServed) cells.check(`absent ${where}`, absent.status, unaccepted ? 406 : status);
    }
  for (const method of ['GET', 'HEAD'])
    for (const rest of ['', 'collections/', `status/${FOREIGN_STATUS}/`]) {
      const far = await hub.request(method, `/far/${rest}`, ask);
      cells.check(`${method} far ${rest}`, far.status, status);
      cells.same(`${method} far ${rest}`, far, await hub.request(method, `/nope/${rest}`, ask));
      if (partner.isListed) continue;
      cells.same(`${method} m ${rest}`, await hub.request(method, `/m/${rest}`, ask), far);
    }
  for (const method of ['GET', 'HEAD']) {
    const foreign = await hub.request(method, `/m/status/${FOREIGN_STATUS}/`, ask);
    cells.check(`${method} foreign status`, foreign.status, status);
    cells.same(`${method} foreign status`, foreign, await hub.request(method, `/m/status/${ABSENT_STATUS}/`, ask));
  }
}
