import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csv } from '../../src/console/csv.ts';
import { indentJson } from '../../src/console/describe.ts';
import { dataElement, html, render } from '../../src/console/html.ts';
import { isOwnPath } from '../../src/console/pages/action.ts';
import { SESSION_LIMITS, Sessions } from '../../src/console/sessions.ts';
import { en } from '../../src/console/texts/en.ts';
import { fr } from '../../src/console/texts/fr.ts';
import { preferredLanguage } from '../../src/console/texts/texts.ts';

test('no text that is put into a page can end its element, its attribute or itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '\u2028', '-', '!') }), (text) => {
      assert.match(render(html`<p title="${text}">${text}</p>`), /^<p title="[^"<>']*">[^<>"']*<\/p>$/);
      const data = render(dataElement('x', { [text]: text }));
      assert.match(data, /^<script type="application\/json" id="x">[^<>&]*<\/script>$/);
      assert.deepEqual(JSON.parse(data.slice(data.indexOf('>') + 1, data.lastIndexOf('<'))), { [text]: text });
    }),
  );
});

test('JSON that is laid out says the same, every text and number as it was written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const plain = JSON.stringify(JSON.parse(text));
      const indented = indentJson(plain);
      assert.deepEqual(JSON.parse(indented), JSON.parse(plain));
      assert.equal(indented.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1'), plain);
    }),
  );
  assert.equal(
    indentJson('{"a":1.50,"b":[],"c":["\\u0041",{}]}'),
    '{\n  "a": 1.50,\n  "b": [],\n  "c": [\n    "\\u0041",\n    {}\n  ]\n}',
  );
});

test('what is no path of the console leads nowhere', () => {
  for (const path of ['/console/', '/console/objects/?q=a%20b&x=//y', '/console/a/b/'])
    assert.ok(isOwnPath(path), path);
  for (const path of [
    '',
    '/',
    '/consolex/',
    '//evil/console/',
    'https://e/',
    '/console//e',
    '/console/\\e',
    '/console/\n',
    '/console/é',
    `/console/${'a'.repeat(2000)}`,
  ])
    assert.ok(!isOwnPath(path), path);
});

test('a table for spreadsheets has no formulas, and its texts stay in their cells', () => {
  assert.equal(
    csv([
      ['=1+1', 'a"b', 'c,d', '-x', 'plain'],
      ['@a', '\tb'],
    ]),
    `'=1+1,"a""b","c,d",'-x,plain\r\n'@a,'\tb\r\n`,
  );
});

test('sessions are bounded, of one owner and of all; the longest unused goes first', () => {
  const sessions = new Sessions({ ...SESSION_LIMITS, ofOne: 2, all: 3 });
  const of = (partner: string) => ({ principal: { partner }, credentials: ['x'], standing: 's' });
  const [a1, a2] = [sessions.begin(of('a'), 1), sessions.begin(of('a'), 2)];
  sessions.use(a1, 3);
  const a3 = sessions.begin(of('a'), 4);
  assert.equal(sessions.use(a2, 5), undefined);
  const b = sessions.begin(of('b'), 6);
  const c = sessions.begin(of('c'), 7);
  assert.deepEqual(
    [a1, a3, b, c].map((id) => sessions.use(id, 8) !== undefined),
    [false, true, true, true],
  );
});

test('the first language of a header that there is counts, by its weights', () => {
  for (const [header, language] of [
    [undefined, 'en'],
    ['fr', 'fr'],
    ['de-DE, fr-CA;q=0.3, en;q=0.2', 'fr'],
    ['fr;q=0, en;q=0.1', 'en'],
    ['*, xx', 'en'],
    ['constructor, __proto__', 'en'],
  ] as const)
    assert.equal(preferredLanguage(header), language, header);
});

test('French says everything that English says, and hardly ever in the same words', () => {
  const same = Object.keys(en).filter((key) => {
    const [a, b] = [en[key as keyof typeof en], fr[key as keyof typeof fr]];
    return typeof a === 'string' && a === b && a.length > 12;
  });
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  assert.deepEqual(same, []);
});
