import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recipientsOf } from '../../src/ledger/recipients.ts';
import type { AdminRecord, LedgerRecord } from '../../src/store/ledger.ts';
import type { Store } from '../../src/store/store.ts';
import { COLLECTIONS } from '../http/fixture.ts';
import { openHub } from '../http/hub.ts';
import { fieldsIn, type Visitor, visitor } from './visitor.ts';

/** Fills a form in, confirms what it would do, and returns the page after. */
async function change(one: Visitor, path: string, fields: Readonly<Record<string, string>>) {
  const asked = await one.send(path, fields);
  assert.equal(asked.status, 200, asked.text);
  return one.post(path, fieldsIn(asked));
}

async function recordsOf(store: Store): Promise<LedgerRecord[]> {
  const { rows } = await store.ledger.read({ limit: 1000 });
  return rows.map(({ text }) => JSON.parse(text) as LedgerRecord);
}

async function waitFor<T>(get: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 100; i++) {
    const found = await get();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not come.');
}

test('a change is shown first, made when it is confirmed, and recorded under the name of the operator', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const ops = await visitor(hub, 'ops');
  const asked = await ops.send('/console/actions/partner-add/', { name: 'dora' });
  assert.match(asked.text, /This would change/);
  assert.equal((await hub.catalogue.get()).partner.has('dora'), false);
  const made = await ops.post('/console/actions/partner-add/', fieldsIn(asked));
  assert.match(made.text, /Done\. It holds from now on/);
  assert.equal((await hub.catalogue.get()).partner.has('dora'), true);
  const record = (await recordsOf(hub.store)).findLast((one) => one.kind === 'admin') as AdminRecord;
  assert.deepEqual([record.who, record.entity, record.name], ['operator:ops', 'partner', 'dora']);
});

test('what was changed by others meanwhile is shown again before it is done', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const ops = await visitor(hub, 'ops');
  const asked = await ops.send('/console/actions/agreement-suspend/', { name: 'alice-agreement' });
  await hub.change({ remove: 'agreement', name: 'bob-agreement' });
  const again = await ops.post('/console/actions/agreement-suspend/', fieldsIn(asked));
  assert.match(again.text, /Something was changed meanwhile/);
  assert.equal((await hub.catalogue.get()).agreement.get('alice-agreement')?.value.suspended, undefined);
  await ops.post('/console/actions/agreement-suspend/', fieldsIn(again));
  assert.equal((await hub.catalogue.get()).agreement.get('alice-agreement')?.value.suspended, true);
});

test('agreements, grants and tokens are made, changed and ended from the pages', async (t) => {
  const hub = await openHub(t);
  const ops = await visitor(hub, 'ops');
  const act = (action: string, fields: Record<string, string>) => change(ops, `/console/actions/${action}/`, fields);
  await act('agreement-add', { name: 'new', partner: 'carol', from: '2020-01-01', until: '2040-01-01', title: 'T' });
  await act('grant-add', {
    name: 'new',
    collection: COLLECTIONS.RW,
    read: 'yes',
    max_tlp: 'green',
    types: 'malware, indicator',
    delete: 'none',
  });
  const agreement = (await hub.catalogue.get()).agreement.get('new')?.value;
  assert.deepEqual(agreement?.grants, [
    {
      collection: COLLECTIONS.RW,
      read: true,
      write: false,
      maxTlp: 'green',
      types: ['malware', 'indicator'],
      delete: 'none',
    },
  ]);
  await act('agreement-renew', { name: 'new', until: '2045-01-01' });
  await act('grant-change', {
    name: 'new',
    number: '1',
    collection: COLLECTIONS.RW,
    read: 'yes',
    write: 'yes',
    max_tlp: 'amber',
    delete: 'own',
  });
  const changed = (await hub.catalogue.get()).agreement.get('new')?.value;
  assert.equal(changed?.until, '2045-01-01T00:00:00Z');
  assert.deepEqual(
    [changed?.grants[0]?.write, changed?.grants[0]?.maxTlp, changed?.grants[0]?.types],
    [true, 'amber', undefined],
  );

  const created = await act('token-add', { name: 'siem', owner: 'partner:carol' });
  const token = /<code id="secret">(ent_[\w-]{43})<\/code>/.exec(created.text)?.[1];
  assert.ok(token);
  assert.doesNotMatch((await ops.get('/console/credentials/')).text, new RegExp(token));
  assert.doesNotMatch(JSON.stringify([...(await hub.catalogue.get()).credential]), new RegExp(token));
  const poll = () => hub.get('objects/', { user: null, headers: { authorization: `Bearer ${token}` } });
  assert.equal((await poll()).status, 200);
  const rotated = await act('credential-rotate', { name: 'token:siem', overlap: '0' });
  assert.match(rotated.text, /token:siem-2/);
  assert.equal((await poll()).status, 401);
  await act('credential-revoke', { name: 'token:siem-2' });
  assert.equal((await hub.catalogue.get()).credential.get('token:siem-2')?.value.disabled, true);
  await act('grant-remove', { name: 'new', number: '1', collection: COLLECTIONS.RW });
  await act('agreement-remove', { name: 'new' });
  assert.equal((await hub.catalogue.get()).agreement.has('new'), false);
});

test('what cannot be done is said in words, and nothing changes', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const ops = await visitor(hub, 'ops');
  const before = await hub.store.catalogue.generation();
  for (const [action, fields] of [
    ['partner-add', { name: 'alice' }],
    ['partner-add', { name: '' }],
    ['partner-add', { name: '<b>' }],
    ['agreement-add', { name: 'x', partner: 'alice', from: 'yesterday' }],
    ['grant-add', { name: 'alice-agreement', collection: COLLECTIONS.RW, max_tlp: 'purple' }],
    ['agreement-renew', { name: 'no-such', until: '2040-01-01' }],
    ['token-add', { name: 'x', owner: 'partner:nobody' }],
    ['partner-remove', { name: 'alice' }],
  ] as const) {
    const { status, text } = await ops.send(`/console/actions/${action}/`, { ...fields });
    assert.equal(status, 400, `${action}: ${text.slice(0, 200)}`);
    assert.match(text, /role="alert"/);
  }
  for (const action of ['no-such-action', 'constructor', '__proto__'])
    assert.equal((await ops.send(`/console/actions/${action}/`, {})).status, 404);
  assert.equal(await hub.store.catalogue.generation(), before);
});

test('what somebody reads in the console stands in the ledger: who, what, under which agreement', async (t) => {
  const hub = await openHub(t);
  await hub.store.followers.catchUp();
  const alice = await visitor(hub, 'alice');
  const id = 'malware--52f9db97-4520-4ec0-add8-3c3dbcad8a46';
  const sent = async (object: string) =>
    (await recipientsOf(hub.store.ledger, object)).find(({ who }) => who === 'partner:alice');
  await alice.get('/console/');
  await alice.get('/console/objects/?q=nothing-like-this');
  assert.equal(await sent(id), undefined, 'counts disclose no object');
  await alice.get('/console/objects/?type=malware');
  const listed = await waitFor(() => sent(id));
  assert.deepEqual([listed.text, listed.agreements, listed.credentials], [true, ['alice-agreement'], ['basic:alice']]);
  assert.equal(await sent('campaign--a768af4a-2a26-4cf3-a57c-01cdc16a4f9d'), undefined, 'only what was listed');
  const other = 'indicator--2f92236b-d4b7-4e83-a1c4-37e3f4041d77';
  await alice.get(`/console/objects/${COLLECTIONS.RW}/${other}/`);
  const seen = await waitFor(() => sent(other));
  assert.equal(seen.versions.length, 3, 'the text of one version, the list of all');
  const ops = await visitor(hub, 'ops');
  assert.match((await ops.get(`/console/ledger/?object=${id}`)).text, /partner:alice/);
  const page = await ops.get('/console/ledger/?kind=disclosure&who=partner:alice');
  assert.match(page.text, /alice-agreement/);
  assert.doesNotMatch((await ops.get('/console/ledger/?kind=recall')).text, /alice-agreement/);
});

test('an object is taken back from the page, with everybody who is to be told, and let in again', async (t) => {
  const hub = await openHub(t);
  await hub.store.followers.catchUp();
  const id = 'malware--52f9db97-4520-4ec0-add8-3c3dbcad8a46';
  await hub.get(`objects/${id}/`);
  const ops = await visitor(hub, 'ops');
  await waitFor(async () => (await recipientsOf(hub.store.ledger, id))[0]);
  const asked = await ops.send('/console/recalls/', { object: id, reason: 'wrong file' });
  assert.match(asked.text, /partner:alice/);
  assert.deepEqual(await hub.store.recalls.list(), []);
  const done = await ops.post('/console/recalls/', fieldsIn(asked));
  assert.match(done.text, /partner:alice/);
  const [recall] = await hub.store.recalls.list();
  assert.deepEqual([recall?.object, recall?.reason, recall?.by], [id, 'wrong file', 'operator:ops']);
  assert.match(
    (await ops.get(`/console/recalls/csv/?object=${id}`)).text,
    /^who,first,last,times,sent,versions,agreements\r\npartner:alice,/,
  );
  await hub.store.followers.catchUp();
  assert.match((await ops.get(`/console/objects/${COLLECTIONS.RW}/${id}/`)).text, /revoked/);
  await change(ops, '/console/recalls/undo/', { object: id, reason: 'it was right' });
  assert.equal((await hub.store.recalls.list())[0]?.undone?.reason, 'it was right');
});

test('recalling needs the id of an object and a reason', async (t) => {
  const hub = await openHub(t, { withoutRows: true });
  const ops = await visitor(hub, 'ops');
  for (const fields of [
    { object: 'x', reason: 'y' },
    { object: 'malware--52f9db97-4520-4ec0-add8-3c3dbcad8a46', reason: ' ' },
  ])
    assert.equal((await ops.send('/console/recalls/', fields)).status, 400);
  assert.equal((await (await visitor(hub, 'alice')).send('/console/recalls/', {})).status, 404);
});
