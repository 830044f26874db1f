import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMicros } from '../../src/time.ts';
import { agreement, credential, put } from '../http/fixture.ts';
import { type Hub, openHub } from '../http/hub.ts';
import { tokenIn, Visitor, visitor } from './visitor.ts';

const HOUR = 3_600_000_000;

async function isIn(one: Visitor): Promise<boolean> {
  const { status } = await one.get('/console/');
  return status === 200;
}

test('whoever has not signed in is sent to do so and comes back to the page', async (t) => {
  const one = new Visitor(await openHub(t));
  const { status, headers } = await one.get('/console/objects/?q=a%20b');
  assert.equal(status, 303);
  assert.equal(headers.location, '/console/sign-in/?to=%2Fconsole%2Fobjects%2F%3Fq%3Da%2520b');
  const form = await one.get(String(headers.location));
  const fields = { user: 'alice', password: 'alice-password', to: '/console/objects/?q=a%20b', token: tokenIn(form) };
  const signedIn = await one.post('/console/sign-in/', fields);
  assert.equal(signedIn.headers.location, '/console/objects/?q=a%20b');
  assert.equal((await one.get('/console/objects/?q=a%20b')).status, 200);
});

test('nobody is sent anywhere else after signing in', async (t) => {
  const hub = await openHub(t);
  for (const to of [
    'https://evil.example/',
    '//evil.example/',
    '/console//evil.example',
    '/console/\\evil',
    '/taxii2/',
    '/console/\r\nx: y',
  ]) {
    const one = new Visitor(hub);
    const token = tokenIn(await one.get('/console/sign-in/'));
    const { status, headers } = await one.post('/console/sign-in/', {
      user: 'alice',
      password: 'alice-password',
      to,
      token,
    });
    assert.deepEqual([status, headers.location], [303, '/console/'], to);
  }
});

test('wrong credentials are refused with the same words, whatever is wrong', async (t) => {
  const one = new Visitor(await openHub(t));
  const texts = new Set<string>();
  for (const [user, password] of [
    ['alice', 'wrong'],
    ['nobody', 'x'],
    ['', ''],
    ['a:b', 'c'],
    ['alice', ''],
  ]) {
    const { status, text } = await one.signIn(user as string, password as string);
    assert.equal(status, 403);
    texts.add(/role="alert">([^<]+)/.exec(text)?.[1] ?? 'none');
  }
  assert.equal(texts.size, 1);
  assert.equal(await isIn(one), false);
});

test('the session cookie is for this site, for HTTP alone and, under TLS, for TLS', async (t) => {
  for (const [publicUrl, name, secure] of [
    [undefined, 'entente', false],
    ['https://hub.example', '__Secure-entente', true],
  ] as const) {
    const hub = await openHub(t, { withoutRows: true, ...(publicUrl === undefined ? {} : { publicUrl }) });
    const { headers } = await new Visitor(hub).signIn('alice');
    const cookie = String(headers['set-cookie']);
    assert.match(cookie, new RegExp(`^${name}=[\\w-]{43};`));
    for (const part of ['Path=/console', 'HttpOnly', 'SameSite=Strict']) assert.ok(cookie.includes(part), cookie);
    assert.equal(/; Secure/.test(cookie), secure);
    assert.equal(/Max-Age|Expires/.test(cookie), false);
  }
});

test('signing in gives a new session id', async (t) => {
  const one = new Visitor(await openHub(t));
  await one.get('/console/sign-in/');
  const before = one.cookies.get('entente');
  await one.signIn('alice');
  const during = one.cookies.get('entente');
  assert.notEqual(before, during);
  await one.signIn('alice').catch(() => undefined);
  await one.send('/console/sign-out/', {});
  assert.equal(await isIn(one), false);
});

test('a form without the token of the session does nothing', async (t) => {
  const hub = await openHub(t);
  const stranger = new Visitor(hub);
  await stranger.get('/console/sign-in/');
  assert.equal((await stranger.post('/console/sign-in/', { user: 'alice', password: 'alice-password' })).status, 400);
  const foreign = tokenIn(await new Visitor(hub).get('/console/sign-in/'));
  assert.equal(
    (await stranger.post('/console/sign-in/', { user: 'alice', password: 'alice-password', token: foreign })).status,
    400,
  );
  const ops = await visitor(hub, 'ops');
  const fields = { name: 'mallory', confirmed: 'yes', generation: String(await hub.store.catalogue.generation()) };
  assert.equal((await ops.post('/console/actions/partner-add/', fields)).status, 400);
  assert.equal((await ops.post('/console/actions/partner-add/', { ...fields, token: foreign })).status, 400);
  assert.equal((await ops.post('/console/sign-out/', {})).status, 400);
  assert.equal((await hub.catalogue.get()).partner.has('mallory'), false);
  assert.equal(await isIn(ops), true);
});

test('a form that comes from another site does nothing, even with its token', async (t) => {
  const hub = await openHub(t);
  const ops = await visitor(hub, 'ops');
  const token = tokenIn(await ops.get('/console/'));
  const fields = {
    name: 'mallory',
    confirmed: 'yes',
    generation: String(await hub.store.catalogue.generation()),
    token,
  };
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])
    assert.equal(
      (await ops.post('/console/actions/partner-add/', fields, headers as Record<string, string>)).status,
      400,
    );
  assert.equal((await hub.catalogue.get()).partner.has('mallory'), false);
});

test('behind a proxy that asks for the hub by another host, forms come from the public URL', async (t) => {
  const hub = await openHub(t, { publicUrl: 'https://hub.example' });
  for (const [origin, status] of [
    ['https://hub.example', 303],
    ['https://evil.example', 400],
    ['nonsense', 400],
  ] as const) {
    const one = new Visitor(hub);
    const token = tokenIn(await one.get('/console/sign-in/'));
    const fields = { user: 'alice', password: 'alice-password', token };
    const headers = { origin, 'sec-fetch-site': status === 303 ? 'same-origin' : 'cross-site' };
    assert.equal((await one.post('/console/sign-in/', fields, headers)).status, status, origin);
  }
});

type Stored = ReturnType<typeof credential>;

const ENDS: Readonly<Record<string, (hub: Hub, own: Stored) => Promise<void> | void>> = {
  'its credential is disabled': (hub, own) => hub.change(put('credential', { ...own, disabled: true })),
  'its credential is removed': (hub) => hub.change({ remove: 'credential', name: 'basic:alice' }),
  'its credential expires': async (hub, own) => {
    await hub.change(put('credential', { ...own, expires: formatMicros(hub.clock() + HOUR / 6) }));
    hub.clockOffset += HOUR / 4;
  },
  'its password is another': (hub) => hub.change(put('credential', credential('alice', { partner: 'alice' }))),
  'its partner is removed': (hub) =>
    hub.change({ remove: 'agreement', name: 'alice-agreement' }, { remove: 'partner', name: 'alice' }),
  'it was idle for half an hour': (hub) => {
    hub.clockOffset += HOUR / 2;
  },
};

for (const [when, end] of Object.entries(ENDS))
  test(`a session ends at once when ${when}`, async (t) => {
    const hub = await openHub(t, { withoutRows: true });
    const own = (await hub.catalogue.get()).credential.get('basic:alice')?.value as Stored;
    const one = await visitor(hub, 'alice');
    assert.equal(await isIn(one), true);
    await end(hub, own);
    const { status, headers } = await one.get('/console/');
    assert.equal(status, 303);
    assert.match(String(headers.location), /^\/console\/sign-in\/.*ended=1$/);
  });

test('the expiry of a credential that is put off does not end a session', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const own = (await hub.catalogue.get()).credential.get('basic:alice')?.value as Stored;
  const one = await visitor(hub, 'alice');
  await hub.change(put('credential', { ...own, expires: formatMicros(hub.clock() + HOUR) }));
  assert.equal(await isIn(one), true);
});

test('a session lasts twelve hours at most, however busy it is', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const one = await visitor(hub, 'alice');
  for (let i = 0; i < 47; i++) {
    hub.clockOffset += HOUR / 4;
    assert.equal(await isIn(one), true, `after ${(i + 1) / 4} h`);
  }
  hub.clockOffset += HOUR / 4;
  assert.equal(await isIn(one), false);
});

test('an expired agreement locks out, an operator is never locked out', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const one = await visitor(hub, 'alice');
  const until = formatMicros(hub.clock() + HOUR / 10);
  await hub.change(put('agreement', agreement('alice', { RW: 'rw' }, { until })));
  assert.equal(await isIn(one), true);
  hub.clockOffset += HOUR / 5;
  for (const path of ['/console/', '/console/objects/', '/console/pushes/']) {
    const { status, text } = await one.get(path);
    assert.equal(status, 403);
    assert.match(text, /Nothing is open to you/);
    assert.doesNotMatch(text, /Collection RW/);
  }
  assert.equal(await isIn(await visitor(hub, 'ops')), true);
});

test('a wrong sign-in stands in the log as one at the API does', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  await new Visitor(hub).signIn('alice', 'wrong');
  const line = hub.log.find(({ path, status }) => path === '/console/sign-in/' && status === 403);
  assert.partialDeepStrictEqual(line, { error: { code: 'auth.invalid' } });
  assert.ok(!JSON.stringify(hub.log).includes('wrong"'), 'no password in the log');
});

test('behind a proxy a form comes from where the public URL says', async (t) => {
  const hub = await openHub(t, { withoutRows: true, publicUrl: 'https://hub.example' });
  const one = new Visitor(hub);
  const fields = { user: 'alice', password: 'alice-password', token: tokenIn(await one.get('/console/sign-in/')) };
  const from = async (origin: string) => (await one.post('/console/sign-in/', fields, { origin })).status;
  assert.equal(await from('https://other.example'), 400);
  assert.equal(await from('https://hub.example'), 303);
});
