import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ROUTES } from '../../src/console/routes.ts';
import type { NewObject } from '../../src/store/store.ts';
import { agreement, COLLECTIONS, put } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { type Visitor, visitor } from './visitor.ts';

/** Every text of every object is an attack, and every object above GREEN has a word that nothing else has. */
const ATTACK = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{7*7}}\${7*7}`;
const SECRET = 'zanzibarquartz';

const TLP = {
  green: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
} as const;

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function stixObject(
  type: string,
  n: number,
  more: Record<string, unknown>,
  tlp: keyof typeof TLP,
): Record<string, unknown> {
  return {
    type,
    spec_version: '2.1',
    id: `${type}--${uuid(n)}`,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    object_marking_refs: [TLP[tlp]],
    ...more,
  };
}

const GREEN = [
  stixObject(
    'malware',
    1,
    {
      name: ATTACK,
      description: ATTACK,
      aliases: [ATTACK],
      is_family: false,
      x_field: { [ATTACK]: ATTACK },
      labels: [ATTACK],
    },
    'green',
  ),
  stixObject(
    'indicator',
    2,
    {
      name: `${ATTACK} second`,
      pattern: `[url:value = '${ATTACK.replaceAll("'", '')}']`,
      pattern_type: 'stix',
      valid_from: '2026-01-01T00:00:00Z',
      external_references: [{ source_name: ATTACK, url: 'javascript:alert(1)', description: ATTACK }],
      kill_chain_phases: [{ kill_chain_name: ATTACK, phase_name: ATTACK }],
    },
    'green',
  ),
  stixObject(
    'relationship',
    3,
    { relationship_type: ATTACK, source_ref: `indicator--${uuid(2)}`, target_ref: `malware--${uuid(1)}` },
    'green',
  ),
  stixObject(
    'report',
    4,
    {
      name: 'open report',
      published: '2026-01-01T00:00:00Z',
      object_refs: [`malware--${uuid(1)}`, `malware--${uuid(1)}`],
    },
    'green',
  ),
];

const AMBER = [
  stixObject('malware', 11, { name: `${SECRET} loader`, is_family: true }, 'amber'),
  stixObject(
    'relationship',
    12,
    {
      relationship_type: 'related-to',
      source_ref: `malware--${uuid(11)}`,
      target_ref: `malware--${uuid(1)}`,
      description: SECRET,
    },
    'amber',
  ),
  stixObject('threat-actor', 13, { name: SECRET }, 'amber'),
  stixObject('note', 14, { content: SECRET, object_refs: [`malware--${uuid(1)}`] }, 'amber'),
];

function stored(object: Record<string, unknown>, marking: 'green' | 'amber'): NewObject {
  const { id, type } = object as { id: string; type: string };
  return { id, type, specVersion: '2.1', version: '2026-01-01T00:00:00.000Z', marking, json: JSON.stringify(object) };
}

const hub = await openHub({ after });
const { grants, ...rest } = agreement('carol', { RO: 'rw' });
await hub.change(
  put('agreement', { ...rest, title: ATTACK, grants: grants.map((grant) => ({ ...grant, maxTlp: 'green' as const })) }),
);
const RO = COLLECTIONS.RO;
const source = 'partner:bob';
await hub.store.objects.commit({ collection: RO, source, objects: GREEN.map((one) => stored(one, 'green')) });
await hub.store.objects.commit({ collection: RO, source, objects: AMBER.map((one) => stored(one, 'amber')) });
await hub.push('RO', [{ type: 'indicator', id: `indicator--${ATTACK}` }, { nonsense: ATTACK }], { user: 'carol' });
await hub.store.followers.catchUp();
const ops = await visitor(hub, 'ops');
const green = await visitor(hub, 'carol');

const OBJECT = `/console/objects/${RO}/malware--${uuid(1)}/`;

/** What a page links to within the console. */
function links(text: string): string[] {
  return [...text.matchAll(/(?:href|action|data-source)="(\/console\/[^"]*)"/g)].map(([, path = '']) =>
    path.replaceAll('&amp;', '&'),
  );
}

/** Every page that a visitor gets to by links. */
async function crawl(
  one: Visitor,
): Promise<
  Map<string, { readonly status: number; readonly text: string; readonly headers: Readonly<Record<string, unknown>> }>
> {
  const pages = new Map<string, { status: number; text: string; headers: Readonly<Record<string, unknown>> }>();
  const queue = [
    '/console/',
    `${OBJECT}graph/?steps=3`,
    `/console/objects/?q=${SECRET}`,
    '/console/objects/?q=alert',
    '/console/objects/?tlp=amber',
    '/console/objects/?type=threat-actor',
  ];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (pages.has(path) || /\/(assets|language|actions|sign-out)\//.test(path) || pages.size >= 150) continue;
    const page = await one.get(path);
    pages.set(path, page);
    queue.push(...links(page.text));
  }
  return pages;
}

test('every page, whatever it shows, forbids what is not ours, and being kept or framed', async () => {
  for (const one of [ops, green])
    for (const [path, { status, headers }] of await crawl(one)) {
      assert.ok([200, 303, 404, 405].includes(status), `${path} answers ${status}`);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/, path);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers['cache-control'], 'no-store', path);
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
});

test('markup in any field of an object, an agreement or a push is text', async () => {
  let seen = 0;
  for (const one of [ops, green])
    for (const [path, { text, headers }] of await crawl(one)) {
      if (!String(headers['content-type']).startsWith('text/html')) continue;
      assert.doesNotMatch(text, /<img|<script>/, path);
      for (const [tag] of text.matchAll(/<[a-z][^>]*>/gi)) {
        assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\s(on[a-z]+|style)\s*=/i, `${path}: ${tag}`);
        assert.doesNotMatch(tag, /(?:href|src|action)="(?!\/console\/|#main")/, `${path}: ${tag}`);
      }
      if (text.includes('&lt;script&gt;alert(1)')) seen += 1;
    }
  assert.ok(seen > 10, `the attack was shown as text on ${seen} pages`);
});

test('a partner with a ceiling of GREEN sees no trace of AMBER objects anywhere', async () => {
  const pages = await crawl(green);
  assert.ok(pages.size > 15, `${pages.size} pages`);
  const hidden = AMBER.map(({ id }) => String(id));
  for (const [path, { text }] of pages) {
    if (path.includes(SECRET)) continue;
    for (const trace of [SECRET, ...hidden, 'TLP:AMBER</span>', 'threat actor', 'threat-actor'])
      if (!path.includes('threat-actor') && !(path.startsWith('/console/trends/') && trace.startsWith('threat')))
        assert.ok(!text.includes(trace), `${path} shows ${trace}`);
  }
  const found = pages.get(`/console/objects/?q=${SECRET}`)?.text ?? '';
  assert.match(found, /Nothing matches/);
  assert.equal(found.split(SECRET).length - 1, 3, 'in the search field and in the links that change the language only');
  for (const id of hidden) {
    for (const path of [
      `/console/find/${id}/`,
      `/console/objects/${RO}/${id}/`,
      `/console/objects/${RO}/${id}/graph/`,
      `/console/objects/${RO}/${id}/json/`,
    ])
      assert.equal((await green.get(path)).status, 404, path);
    assert.match((await green.get(`/console/objects/?q=${id}`)).text, /Nothing matches/);
  }
  const overview = pages.get('/console/')?.text ?? '';
  assert.match(overview, /<td class="number">4<\/td>/, 'counts what it may see');
  assert.match((await ops.get('/console/')).text, /<td class="number">8<\/td>/);
});

test('what is hidden is answered as what is not there', async () => {
  const absent = await green.get(`/console/objects/${RO}/malware--${uuid(99)}/`);
  const hidden = await green.get(`/console/objects/${RO}/malware--${uuid(11)}/`);
  const elsewhere = await green.get(`/console/objects/${COLLECTIONS.RW}/malware--${uuid(11)}/`);
  const plain = (text: string): string => text.replace(/malware--[^"&/]*|%2Fobjects%2F[^"]*/g, '');
  assert.deepEqual([absent.status, hidden.status, elsewhere.status], [404, 404, 404]);
  assert.equal(plain(hidden.text), plain(absent.text));
  assert.equal(plain(elsewhere.text), plain(absent.text));
});

test('names of other partners, sources and the pages of operators are for operators', async () => {
  for (const [path, { text }] of await crawl(green)) {
    assert.doesNotMatch(text, /\bbob\b|partner:|alice/, path);
    assert.doesNotMatch(text, /\/console\/(partners|agreements|credentials|actions)\//, path);
  }
  for (const { method, path, ...route } of ROUTES) {
    if (route.for !== 'operators') continue;
    const url = `/console${path.replace(/:\w+/g, 'carol')}`;
    const answer = method === 'GET' ? await green.get(url) : await green.send(url, { name: 'carol' });
    assert.equal(answer.status, 404, url);
  }
  assert.match((await ops.get(OBJECT)).text, /partner:bob/);
});

test('a source cannot be asked for by a partner', async () => {
  const { text } = await green.get('/console/objects/?source=partner:alice');
  assert.match(text, /open report/);
});

test('a push is for whoever made it, with its failures, as JSON and as CSV without formulas', async () => {
  const list = await green.get('/console/pushes/');
  const path = /href="(\/console\/pushes\/[0-9a-f-]{36}\/)"/.exec(list.text)?.[1];
  assert.ok(path);
  assert.match((await green.get(path)).text, /Failures/);
  assert.equal((await (await visitor(hub, 'bob')).get(path)).status, 404);
  assert.equal((await ops.get(path)).status, 200);
  const json = await green.get(`${path}json/`);
  assert.match(String(json.headers['content-disposition']), /^attachment; filename="push-/);
  assert.equal(JSON.parse(json.text).failure_count, 2);
  const csv = await green.get(`${path}csv/`);
  assert.match(csv.text, /^result,id,version,message\r\nfailure,/);
});

test('every page says what language it is in, by the browser or by choice', async () => {
  const one = await visitor(hub, 'carol');
  one.headers['accept-language'] = 'de, fr-CA;q=0.8, en;q=0.5';
  assert.match((await one.get('/console/')).text, /<html lang="fr">[\s\S]*Vue d’ensemble/);
  const chosen = await one.get('/console/language/en/?to=%2Fconsole%2Fobjects%2F');
  assert.equal(chosen.headers.location, '/console/objects/');
  assert.match((await one.get('/console/')).text, /<html lang="en">[\s\S]*Overview/);
});

test('files beside the pages come from a list, for good, under an address that changes with them', async () => {
  const { text } = await ops.get('/console/');
  const path = /href="(\/console\/assets\/[0-9a-f]{16}\/console\.css)"/.exec(text)?.[1] ?? '';
  const css = await ops.get(path);
  assert.equal(css.headers['content-type'], 'text/css; charset=utf-8');
  assert.match(String(css.headers['cache-control']), /immutable/);
  for (const other of ['../package.json', '%2e%2e%2fpackage.json', 'tsconfig.json', 'lib/echarts.d.ts', ''])
    assert.notEqual((await ops.get(path.replace('console.css', other))).status, 200, other);
  for (const name of ['lib/echarts.js', 'lib/cytoscape.js', 'graph.js']) {
    const script = await ops.get(path.replace('console.css', name));
    assert.deepEqual([script.status, script.headers['content-type']], [200, 'text/javascript; charset=utf-8'], name);
  }
});

test('an address of the console that is none is answered by a page', async () => {
  const { status, text } = await green.get('/console/collections/');
  assert.equal(status, 404);
  assert.match(text, /<h1>Not found<\/h1>/);
});
