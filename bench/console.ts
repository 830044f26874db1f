import { join } from 'node:path';
import { hashPassword } from '../src/auth/secrets.ts';
import type { Agreement, Credential, Owner } from '../src/sharing/model.ts';
import { openSqliteStore } from '../src/store/sqlite/store.ts';
import { startServer } from './child.ts';
import type { DataSet } from './data.ts';
import { median } from './load/measure.ts';
import { startProgress } from './progress.ts';
import type { Row } from './table.ts';
import { COLLECTION, load } from './trends.ts';

const SERVER = new URL('./ledger-server.ts', import.meta.url).pathname;
const ROUNDS = 9;
const TARGET_MS = 150;
/** Sees half of the objects. */
const PARTNER = 'reader';
const OPERATOR = 'ops';

/** Time of each page of the console over all objects, and how fast the search index follows them. */
export async function consolePages(directory: string, data: DataSet, objects: number): Promise<Row[]> {
  const file = join(directory, 'console.db');
  const followed = await fill(file, data, objects);
  await using server = await startServer(SERVER, [file, 'with'], join(directory, 'console.log'));
  const rows: Row[] = [followed];
  for (const user of [OPERATOR, PARTNER]) {
    const cookie = await signIn(server.url, user);
    for (const [name, path] of await pathsOf(server.url, cookie, user)) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        await textOf(server.url + path, cookie);
        times.push(performance.now() - start);
      }
      rows.push({
        name: `console-${user}-${name}`,
        what: `console: ${name}, ${user}`,
        measured: median(times),
        unit: 'ms',
        target: { of: 'measured', at: 'most', value: TARGET_MS },
      });
    }
  }
  return rows;
}

async function fill(file: string, data: DataSet, objects: number): Promise<Row> {
  await using store = await openSqliteStore({ file, create: true });
  const hand = 'hand' as const;
  await store.catalogue.change(
    1,
    [
      { put: 'collection', origin: hand, value: COLLECTION },
      { put: 'operator', origin: hand, value: { name: OPERATOR } },
      { put: 'partner', origin: hand, value: { name: PARTNER } },
      { put: 'credential', origin: hand, value: await credential(OPERATOR, { operator: OPERATOR }) },
      { put: 'credential', origin: hand, value: await credential(PARTNER, { partner: PARTNER }) },
      { put: 'agreement', origin: hand, value: AGREEMENT },
    ],
    'cli',
  );
  await load(store, data, objects);
  await store.followers.catchUp();
  await store.followers.rebuild('search');
  const began = performance.now();
  const indexing = startProgress('indexing', objects);
  let indexed = 0;
  await store.followers.catchUp((done) => {
    indexing.step(done - indexed);
    indexed = done;
  });
  indexing.done();
  const measured = (objects * 1000) / (performance.now() - began);
  return { name: 'console-follow', what: 'search index made anew from the objects', measured, unit: 'objects/s' };
}

const AGREEMENT: Agreement = {
  name: 'half',
  partner: PARTNER,
  grants: [{ collection: COLLECTION.id, read: true, write: false, maxTlp: 'green', delete: 'none' }],
};

/** Names are passwords too: the hub lives as long as the run, on the loopback interface. */
async function credential(user: string, owner: Owner): Promise<Credential> {
  return { kind: 'basic', user, owner, passwordHash: await hashPassword(user) };
}

/** @returns the cookie of the session */
async function signIn(url: string, user: string): Promise<string> {
  const page = await fetch(`${url}/console/sign-in/`);
  const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const answer = await fetch(`${url}/console/sign-in/`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookieOf(page) },
    body: new URLSearchParams({ user, password: user, token }),
  });
  return cookieOf(answer);
}

function cookieOf({ headers }: Response): string {
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function pathsOf(url: string, cookie: string, user: string): Promise<readonly (readonly [string, string])[]> {
  const first = async (type: string): Promise<string> => {
    const text = await textOf(`${url}/console/objects/?type=${type}`, cookie);
    return /href="(\/console\/objects\/[^"?]+--[^"?]+)"/.exec(text)?.[1] ?? '';
  };
  const [malware, report] = [await first('malware'), await first('report')];
  return [
    ['overview', '/console/'],
    ['trends by week', '/console/trends/?by=malware&period=week&span=53&until=2020-12-31'],
    ['objects', '/console/objects/'],
    ['objects of a type', '/console/objects/?type=sighting'],
    ['search for a common word', '/console/objects/?q=malicious'],
    ['search for words that begin so', '/console/objects/?q=http*'],
    ['search for two words', '/console/objects/?q=triage+night-shift'],
    ['search for what is not there', '/console/objects/?q=no-such-word'],
    ['object', malware],
    ['report', report],
    ['graph of three steps', `${report}graph/?steps=3`],
    ['pushes', '/console/pushes/'],
    ...(user === OPERATOR
      ? ([
          ['partners', '/console/partners/'],
          ['ledger', '/console/ledger/'],
        ] as const)
      : []),
  ];
}

async function textOf(url: string, cookie: string): Promise<string> {
  const answer = await fetch(url, { headers: { cookie } });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}.`);
  return answer.text();
}
