import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { conform, type Report } from '../../src/conform/run.ts';
import { agreement, authorization, COLLECTIONS, put } from '../http/fixture.ts';
import { fixtureBatch, openHub } from '../http/hub.ts';
import { flawsOf } from './faults.ts';

const hub = await openHub({ after });
const url = `${await hub.listen()}/taxii2/`;
const rows = fixtureBatch('PUB');
await hub.store.objects.commit({ ...rows, objects: rows.objects.filter(({ specVersion }) => specVersion === '2.1') });
const alice = authorization('alice');

/** Checks that may be passed over, by the words of their reason. */
function reasons({ results }: Report): string[] {
  return [...new Set(results.flatMap(({ verdict, reason }) => (verdict === 'skip' ? [reason ?? ''] : [])))];
}

describe('against our own server', () => {
  test('nothing is broken, signed in and writing, and nothing is left behind', async () => {
    const before = (await hub.get('manifest/?match[version]=all', { user: 'ops' })).text;
    const report = await conform({ url, authorization: alice, writeCollection: COLLECTIONS.RW });
    assert.deepEqual(flawsOf(report), []);
    assert.deepEqual(report.left, []);
    assert.equal((await hub.get('manifest/?match[version]=all', { user: 'ops' })).text, before);
    assert.ok(report.results.filter(({ verdict }) => verdict === 'pass').length > 230);
    const expected = [
      'no answer of this kind was seen',
      'needs --token-env or --token-file',
      'the server was reached over plain HTTP',
      'plain HTTP on this machine, as in development',
      'the collection takes STIX 2.0 too',
      'the collection may be read too',
    ];
    assert.deepEqual(reasons(report).sort(), expected.sort());
  });

  test('nothing is broken, signed in and only reading', async () => {
    const report = await conform({ url, authorization: alice });
    assert.deepEqual(flawsOf(report), []);
    assert.equal(report.target.reading?.id, COLLECTIONS.RW, 'the collection with several versions is chosen');
    assert.ok(report.results.filter(({ verdict }) => verdict === 'pass').length > 170);
  });

  test('nothing is broken for callers without credentials', async () => {
    const report = await conform({ url });
    assert.deepEqual(flawsOf(report), []);
    assert.equal(report.target.reading?.id, COLLECTIONS.PUB);
    assert.ok(report.results.filter(({ verdict }) => verdict === 'pass').length > 150);
  });

  test('nothing is broken in a strict API root', async () => {
    await hub.store.objects.commit(fixtureBatch('ST'));
    const root = url.replace('taxii2', 'strict');
    const report = await conform({ url: root, authorization: alice, writeCollection: COLLECTIONS.ST });
    assert.deepEqual(flawsOf(report), []);
    assert.equal(report.target.root, root);
  });

  test('nothing is broken where pages are small', async (t) => {
    const small = await openHub(t, { pageDefault: 2, pageMax: 3 });
    const report = await conform({
      url: `${await small.listen()}/taxii2/`,
      authorization: alice,
      writeCollection: COLLECTIONS.RW,
    });
    assert.deepEqual(flawsOf(report), []);
  });

  test('an own collection that may only be written is checked as far as it goes', async () => {
    const report = await conform({
      url,
      authorization: alice,
      writeCollection: COLLECTIONS.WO,
      only: ['T21-5.5-22', 'T21-5.5-01', 'T21-5.6-01'],
    });
    assert.deepEqual(flawsOf(report), []);
    const [verdict] = report.results.filter(({ id }) => id === 'T21-5.5-22').map((each) => each.verdict);
    assert.equal(verdict, 'pass');
    assert.ok(report.left.length > 0, 'what may not be read may not be deleted, and is named');
  });

  test('a collection for other things than the checks add is no failure', async (t) => {
    const own = await openHub(t);
    const [grant] = agreement('alice', { RW: 'rw' }).grants;
    assert.ok(grant);
    await own.change(put('agreement', agreement('alice', {}, { grants: [{ ...grant, types: ['report', 'note'] }] })));
    const report = await conform({
      url: `${await own.listen()}/taxii2/`,
      authorization: alice,
      writeCollection: COLLECTIONS.RW,
    });
    assert.deepEqual(flawsOf(report), []);
    assert.match(report.notes.join(), /of the suite's objects were not taken/);
  });
});
