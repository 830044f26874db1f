import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referencesOf, searchWords, wordsOf } from '../../src/stix/words.ts';

const found = (object: Record<string, string | string[] | Record<string, string>>, typed: string): boolean => {
  const { name, value, text } = wordsOf({ type: 'x', ...object });
  const all = [...name, ...value, ...text];
  return searchWords(typed).every(({ text: word, prefix }) =>
    all.some((one) => (prefix ? one.startsWith(word) : one === word)),
  );
};

test('a host is found by itself, by its domains and by its parts', () => {
  const object = { value: 'mail.Evil-Corp.example.com' };
  for (const typed of ['mail.evil-corp.example.com', 'example.com', 'evil-corp.example.com', 'EVIL', 'corp'])
    assert.ok(found(object, typed), typed);
  for (const typed of ['vil-corp.example.com', 'example.org', 'mail.evil']) assert.ok(!found(object, typed), typed);
});

test('addresses, hashes, URLs and paths are found as they are written', () => {
  const hash = 'd41d8cd98f00b204e9800998ecf8427e';
  assert.ok(found({ value: '198.51.100.7' }, '198.51.100.7'));
  assert.ok(found({ value: '198.51.100.7' }, '198.51.10*'));
  assert.ok(!found({ value: '198.51.100.7' }, '7.100.51.198'));
  assert.ok(found({ value: '2001:db8::7' }, '2001:DB8::7'));
  assert.ok(found({ hashes: { MD5: hash } }, hash.toUpperCase()));
  for (const typed of ['https://a.example/x/y.php?id=1', 'a.example', 'y.php'])
    assert.ok(found({ value: 'https://a.example/x/y.php?id=1' }, typed), typed);
  assert.ok(found({ pattern: "[file:name = 'run me.exe' AND domain-name:value = 'bad.example']" }, 'bad.example run'));
  assert.ok(found({ pattern: String.raw`[file:name = 'it\'s me.exe' AND file:name = 'never closed]` }, 'exe'));
  assert.ok(!found({ pattern: "[file:name = 'closed' AND file:name = 'never closed]" }, 'never'));
});

test('what was written so that nobody follows it is found by what it stands for, and the other way round', () => {
  assert.ok(found({ description: 'seen at hxxps://bad[.]example/a' }, 'bad.example'));
  assert.ok(found({ value: 'bad.example' }, 'bad[.]example'));
});

test('accents and case do not matter, punctuation around words does not either', () => {
  assert.ok(found({ name: 'Opération Étoile' }, 'operation etoile,'));
  assert.ok(found({ name: 'Strasse' }, '"strasse"'));
  assert.ok(found({ external_references: 'T1059.001' }, 't1059.001'));
});

test('a short beginning is taken as a whole word', () => {
  assert.deepEqual(searchWords('ab* abc* *'), [
    { text: 'ab', prefix: false },
    { text: 'abc', prefix: true },
  ]);
});

test('hostile text costs little and gives a bounded number of words', () => {
  const long = `${'a.'.repeat(50_000)}b ${'ü'.repeat(50_000)} ${Array.from({ length: 5000 }, (_, i) => `w${i}`).join(' ')}`;
  const { text } = wordsOf({ type: 'x', description: long, other: [[[[[[[[[['deep']]]]]]]]]] });
  assert.ok(text.size < 1000, String(text.size));
  for (const word of text) assert.ok(word.length <= 128);
  assert.ok(searchWords(long).length <= 16);
});

test('references are those of what an object is about', () => {
  const refs = referencesOf({
    type: 'report',
    created_by_ref: 'identity--a',
    object_marking_refs: ['marking-definition--a'],
    object_refs: ['malware--a', 'malware--b', 'malware--a'],
    extensions: { some: { src_ref: 'ipv4-addr--a' } },
  });
  assert.deepEqual(
    [...refs],
    [
      ['malware--a', 'object_refs'],
      ['malware--b', 'object_refs'],
      ['ipv4-addr--a', 'src_ref'],
    ],
  );
});
