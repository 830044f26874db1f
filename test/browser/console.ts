/** The console in a real browser: `npm run test:browser`. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { demoYear } from '../../src/cli/demo-year.ts';
import { importItems } from '../../src/collections/import.ts';
import { decide } from '../../src/sharing/decide.ts';
import { readItems } from '../../src/stix/bundle.ts';
import { formatMicros, systemClock } from '../../src/time.ts';
import { agreement, COLLECTIONS, put } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { BROWSER, openBrowser } from './browser.ts';

const skip = BROWSER === undefined ? 'no Chromium is found: install it, or name it in CHROMIUM' : false;
const ATTACK = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const HIDDEN = 'zanzibarquartz';
const AMBER = 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421';

let hub: Hub;
let url: string;
let context: BrowserContext;
let page: Page;
/** What the browser complained about, and what it asked of others. */
const complaints: string[] = [];

function malware(id: string, name: string, more: object = {}): Record<string, unknown> {
  const at = formatMicros(systemClock()).replace(/\d{3}Z$/, 'Z');
  return {
    type: 'malware',
    spec_version: '2.1',
    id: `malware--${id}`,
    created: at,
    modified: at,
    name,
    is_family: false,
    ...more,
  };
}

async function signIn(user: string, password = `${user}-password`): Promise<void> {
  await context.clearCookies();
  await page.goto(`${url}/console/`);
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password or token').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/console/`);
}

/** Serious and critical faults that axe finds on the page. */
async function axeFaults(): Promise<string[]> {
  const source = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
  const found = (await page.evaluate(
    `${source}; axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0]?.html].join(' ')))`,
  )) as string[];
  return found.filter((fault) => /^(serious|critical)/.test(fault));
}

const ends: (() => Promise<void>)[] = [];
const owner = { after: (end: () => Promise<void>) => void ends.push(end) };
after(async () => {
  for (const end of ends.reverse()) await end();
});

before(
  async () => {
    if (skip) return;
    hub = await openHub(owner, { withoutRows: true });
    const open = agreement('carol', { RW: 'rw' });
    await hub.change(
      put('agreement', { ...open, grants: open.grants.map((grant) => ({ ...grant, maxTlp: 'green' as const })) }),
    );
    const catalogue = await hub.catalogue.get();
    const collection = catalogue.collection.get(COLLECTIONS.RW)?.value;
    assert.ok(collection);
    const verdict = decide(catalogue, { operator: 'ops' }, collection, 'write', systemClock());
    assert.ok(verdict.kind === 'allowed');
    const lines = [...demoYear(systemClock() - 3_600_000_000)].map((line) => Buffer.from(line));
    const counts = await importItems({
      store: hub.store.objects,
      clock: systemClock,
      collection,
      verdict,
      source: 'import',
      records: true,
      definitions: [],
      extensionSchemas: new Map(),
      items: readItems(
        (async function* () {
          yield* lines;
        })(),
      ),
      refused: ({ message }) => assert.fail(message),
      progress: () => undefined,
    });
    assert.ok(counts.added > 500);
    const attack = malware('11111111-1111-4111-8111-111111111111', ATTACK, {
      description: ATTACK,
      aliases: [ATTACK],
      labels: [ATTACK],
    });
    const hidden = malware('22222222-2222-4222-8222-222222222222', HIDDEN, { object_marking_refs: [AMBER] });
    const pushed = await hub.push('RW', [attack, hidden, { type: 'malware', id: 'malware--x', name: ATTACK }]);
    assert.deepEqual([pushed.json.success_count, pushed.json.failure_count], [2, 1]);
    await hub.store.followers.catchUp();
    url = await hub.listen();
    context = await openBrowser(owner);
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
        complaints.push(`asked ${request.url()}`);
    });
  },
  { timeout: 120_000 },
);

/** Pages with what must be on them. */
const PAGES: readonly (readonly [path: string, shows: string])[] = [
  ['/console/', 'Collections'],
  ['/console/trends/?by=malware', 'Ranking'],
  ['/console/objects/', 'Search for'],
  ['/console/objects/?q=driftwood', 'Driftwood'],
  ['/console/pushes/', 'Pushes'],
  ['/console/partners/', 'alice'],
  ['/console/partners/alice/', 'Credentials'],
  ['/console/agreements/', 'alice-agreement'],
  ['/console/agreements/alice-agreement/', 'Grants'],
  ['/console/credentials/', 'basic:ops'],
  ['/console/ledger/', 'Ledger'],
  ['/console/recalls/', 'Recall'],
];

describe('the console in a browser', { skip, timeout: 300_000 }, () => {
  test('every page is shown, fits into 400 px, and axe finds nothing serious, light and dark', async () => {
    await signIn('ops');
    for (const [path, shows] of PAGES)
      for (const [colorScheme, width] of [
        ['light', 1400],
        ['dark', 400],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const answer = await page.goto(url + path);
        assert.equal(answer?.status(), 200, path);
        assert.ok((await page.textContent('main'))?.includes(shows), `${path} shows ${shows}`);
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth > innerWidth'),
          false,
          `${path} at ${width}`,
        );
        assert.deepEqual(await axeFaults(), [], `${path} ${colorScheme} ${width}`);
      }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1400, height: 900 });
  });

  test('each chart is drawn with data, and a click on a bar leads to the object', async () => {
    await signIn('ops');
    await page.goto(`${url}/console/`);
    await drawn('arrivals');
    await page.goto(`${url}/console/trends/?by=malware&period=month`);
    for (const id of ['ranking', 'lines', 'heat']) await drawn(id);
    const box = await page.locator('#ranking canvas').first().boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + 160, box.y + 20);
    await page.waitForURL(/\/console\/objects\/[^/]+\/malware--/);
  });

  test('from the search to an object and its graph, which grows with the steps', async () => {
    await signIn('ops');
    await page.goto(`${url}/console/objects/`);
    await page.getByLabel(/Search for/).fill('driftwood');
    await page.getByLabel('Type').selectOption('malware');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Driftwood', exact: true }).click();
    await page.waitForSelector('#graph[data-drawn]');
    const one = Number(await page.getAttribute('#graph', 'data-drawn'));
    assert.ok(one > 3, `${one} nodes`);
    await page.getByRole('button', { name: '2', exact: true }).click();
    await page.waitForFunction(`Number(document.getElementById('graph').dataset.drawn) > ${one}`);
    assert.deepEqual(await axeFaults(), []);
    assert.equal(await page.evaluate(`document.querySelectorAll('style').length`), 0);
  });

  test('markup in objects does nothing', async () => {
    await signIn('ops');
    for (const path of [
      '/console/objects/?q=onerror',
      `/console/objects/${COLLECTIONS.RW}/malware--11111111-1111-4111-8111-111111111111/`,
      '/console/trends/?by=malware',
      '/console/pushes/',
    ]) {
      await page.goto(url + path);
      assert.notEqual(await page.title(), 'owned');
      assert.equal(await page.locator('main img').count(), 0);
    }
    assert.match((await page.textContent('body')) ?? '', /Pushes/);
  });

  test('a partner with a ceiling of GREEN sees no trace of AMBER objects in any page, answer or chart', async () => {
    await signIn('carol');
    const seen: string[] = [];
    page.on('response', async (response) => {
      if (!response.url().includes('/assets/') && response.status() === 200)
        seen.push(await response.text().catch(() => ''));
    });
    for (const path of [
      '/console/',
      '/console/trends/?by=malware',
      '/console/objects/',
      '/console/objects/?type=malware',
      '/console/objects/?tlp=amber',
      '/console/pushes/',
    ]) {
      await page.goto(url + path);
      await page.waitForLoadState('networkidle');
    }
    await page.goto(`${url}/console/objects/?type=malware`);
    await page.locator('td a.title').first().click();
    await page.waitForLoadState('networkidle');
    assert.ok(seen.length > 6);
    for (const text of seen)
      assert.doesNotMatch(text, new RegExp(`${HIDDEN}|22222222|TLP:AMBER</span>|Grey Harrier|\\balice\\b`));
    page.removeAllListeners('response');
  });

  test('a change asks first, and a form of another site is refused', async () => {
    await signIn('ops');
    await page.goto(`${url}/console/partners/`);
    await page.getByText('Add a partner').first().click();
    await page.getByLabel('Name').fill('dora');
    await page.getByRole('button', { name: 'Add a partner' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Done. It holds from now on.').waitFor();
    assert.ok((await hub.catalogue.get()).partner.has('dora'));
    const foreign = await context.newPage();
    // The same hub under another name is another site; the browser neither sends the cookie nor hides the origin.
    const form = `<form method="post" action="${url}/console/sign-out/"><input name="token" value="x"></form><script>document.forms[0].submit()</script>`;
    await foreign.route('http://elsewhere.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: form }),
    );
    const answered = foreign.waitForResponse(/sign-out/);
    await foreign.goto('http://elsewhere.example/');
    assert.equal((await answered).status(), 400);
    await foreign.close();
    await page.goto(`${url}/console/`);
    assert.match(page.url(), /\/console\/$/);
  });

  test('keys are enough to get to the content and to sign out', async () => {
    await signIn('ops');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    await page.getByRole('button', { name: 'Sign out' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/sign-in/);
  });

  test('the language is that of the browser until another is chosen', async () => {
    await signIn('ops');
    await page.getByRole('link', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Vue d’ensemble' }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'fr');
    assert.deepEqual(await axeFaults(), []);
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('an agreement that expires locks out at once', async () => {
    await signIn('carol');
    await hub.change(put('agreement', agreement('carol', { RW: 'r' }, { until: '2024-01-01T00:00:00Z' })));
    await page.goto(`${url}/console/objects/`).catch(() => undefined);
    await page.getByRole('heading', { name: 'Nothing is open to you' }).waitFor();
    assert.doesNotMatch((await page.textContent('body')) ?? '', /Collection RW/);
  });

  test('nothing was complained about, and nothing was asked of anybody else', () => {
    const expected = /status of 403|status of 400|elsewhere\.example/;
    assert.deepEqual(
      complaints.filter((complaint) => !expected.test(complaint)),
      [],
    );
  });
});

async function drawn(id: string): Promise<void> {
  await page.waitForSelector(`#${id}[data-drawn] canvas`);
  const colors = (await page.evaluate(`(() => {
    const canvas = document.querySelector('#${id} canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 250) colors.add(data[i] + ',' + data[i + 1] + ',' + data[i + 2]);
    return [...colors].length;
  })()`)) as number;
  assert.ok(colors > 3, `${id} has ${colors} colours`);
}
