import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bundleText, holdsText, type Item, readItems, recordLine, recordParts } from '../../src/stix/bundle.ts';

async function* pieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(source: AsyncIterable<Uint8Array>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of readItems(source)) items.push(item);
  return items;
}

/** `text`, or `!line:column message` for a fault, ending in `!!` when it is the last that can be read. */
function shown(item: Item): string {
  if (item.fault === undefined) return item.text;
  const { line, column } = item.position;
  return `!${line}:${column} ${item.fault}${item.broken ? ' !!' : ''}`;
}

/** Reads a text (Latin-1, so that a test can write any byte) in pieces of several sizes. */
async function items(text: string): Promise<string[]> {
  const bytes = Buffer.from(text, 'latin1');
  const whole = (await read(pieces(bytes))).map(shown);
  for (const size of [1, 2, 5, 17]) assert.deepEqual((await read(pieces(bytes, size))).map(shown), whole);
  return whole;
}

describe('readItems takes every form that objects come in', () => {
  const a = '{"type":"a","id":"a--1"}';
  const b = '{"type":"b","x":[1,{"y":"\\u00e9"}]}';
  const forms: readonly (readonly [name: string, text: string])[] = [
    ['a bundle', `{"type":"bundle","id":"bundle--1","objects":[${a},${b}]}`],
    ['a bundle whose type comes last', `{"objects":[${a},${b}],"type":"bundle"}`],
    ['a bundle with an escaped type', `{"type":"b\\u0075ndle","objects":[${a},${b}]}`],
    ['an indented bundle', `{\n  "type": "bundle",\n  "objects": [\n    ${a},\n    ${b}\n  ]\n}\n`],
    ['a bundle with other members', `{"type":"bundle","x":{"objects":[1]},"objects":[${a},${b}],"y":[2,{"a":3}]}`],
    ['an envelope', `{"more":true,"next":"5","objects":[${a},${b}]}`],
    ['a list', ` [ ${a} ,\n${b} ]`],
    ['lines of objects', `${a}\n${b}\n`],
    ['lines without an end of the last', `${a}\r\n\r\n${b}`],
    ['lines of bundles and envelopes', `{"type":"bundle","objects":[${a}]}\n{"objects":[${b}]}\n`],
    ['lines of lists', `[${a}]\n[${b}]`],
    ['indented objects one after another', `{\n"type":"a","id":"a--1"\n}\n{\n "type":"b","x":[1,{"y":"\\u00e9"}]}`],
    ['a text with a byte order mark', `\xef\xbb\xbf[${a},${b}]`],
    ['empty envelopes between', `{}\n${a}\n{"more":false}\n{"type":"bundle","id":"bundle--2"}\n${b}\n`],
  ];
  for (const [name, text] of forms) {
    test(name, async () => {
      assert.deepEqual(await items(text), [a, b]);
    });
    test(`${name}, gzipped`, async () => {
      const packed = gzipSync(Buffer.from(text, 'latin1'));
      for (const size of [1, 7, packed.length]) {
        assert.deepEqual((await read(pieces(packed, size))).map(shown), [a, b]);
      }
    });
  }

  test('a single object', async () => {
    assert.deepEqual(await items(` ${b}\n`), [b]);
  });

  test('a single object with a member "objects", as observed data may have', async () => {
    const observed = '{"type":"observed-data","objects":{"0":{"type":"file"}}}';
    assert.deepEqual(await items(observed), [observed]);
    const custom = '{"type":"x-basket","objects":[1,2]}';
    assert.deepEqual(await items(`${custom}\n${custom}`), [custom, custom]);
  });

  test('nothing at all', async () => {
    for (const text of ['', '\n', '[]', '{"objects":[]}', '{"type":"bundle","id":"bundle--1"}', '{}']) {
      assert.deepEqual(await items(text), []);
    }
  });

  test('items that are no objects are items, to be judged by others', async () => {
    assert.deepEqual(await items('[1, "a", [ {} ], null]'), ['1', '"a"', '[{}]', 'null']);
    assert.deepEqual(await items('42'), ['42']);
  });

  test('a bundle inside a bundle is an item', async () => {
    assert.deepEqual(await items(`{"objects":[{"type":"bundle","objects":[${a}]}]}`), [
      `{"type":"bundle","objects":[${a}]}`,
    ]);
  });
});

describe('readItems tells where items are', () => {
  test('position and raw bytes are those of the file', async () => {
    const bytes = Buffer.from('{"type":"bundle","x":"é",\n "objects":[ {"a": 1},\n\t{"b" :2}]}');
    for (const size of [1, 4, 100]) {
      const found = await read(pieces(bytes, size));
      assert.deepEqual(
        found.map(({ position }) => position),
        [
          { line: 2, column: 14, offset: 40 },
          { line: 3, column: 2, offset: 51 },
        ],
      );
      assert.deepEqual(
        found.map(({ raw }) => raw && Buffer.from(raw).toString()),
        ['{"a": 1}', '{"b" :2}'],
      );
    }
  });

  test('a byte order mark takes no column', async () => {
    const [item] = await read(pieces(Buffer.from('\ufeff{"a":1}')));
    assert.deepEqual(item?.position, { line: 1, column: 1, offset: 3 });
  });
});

describe('what breaks I-JSON fails its item alone (T21-1.6.7-02)', () => {
  const deep = `${'['.repeat(98)}${']'.repeat(98)}`;
  const cases: readonly (readonly [name: string, item: string, fault: RegExp])[] = [
    ['a name twice', '{"a":1,"a":2}', /^!2:8 The member name "a" stands twice/],
    ['a name twice and more', '{"a":1,"a":2,"b":"\\ud800","b":[1e999]}', /^!2:8 The member name "a" stands twice/],
    ['bad UTF-8', '{"a":"\xe9"}', /^!2:7 Found the byte 0xE9, which begins no valid UTF-8/],
    ['bad UTF-8 in a name', '{"\xff":1}', /^!2:3 Found the byte 0xFF, which begins no valid UTF-8/],
    ['a lone surrogate', '{"a":"\\ud800"}', /^!2:7 Found \\ud800/],
    ['a number that overflows', '{"a":-1e400}', /^!2:6 The number is too large/],
    ['nesting', `{"a":${deep}}`, /^!2:103 Lists and objects are nested deeper/],
  ];
  for (const [name, item, fault] of cases) {
    test(`${name}, in a bundle`, async () => {
      const [before, failed, after, ...rest] = await items(`{"objects":[{"n":1},\n${item},{"n":2}]}`);
      assert.deepEqual([before, after, rest], ['{"n":1}', '{"n":2}', []]);
      assert.match(failed ?? '', fault);
      assert.doesNotMatch(failed ?? '', /!!$/);
    });
    test(`${name}, in lines`, async () => {
      const [before, failed, after, ...rest] = await items(`{"n":1}\n${item}\n{"n":2}\n`);
      assert.deepEqual([before, after, rest], ['{"n":1}', '{"n":2}', []]);
      assert.match(failed ?? '', fault);
    });
  }

  test('the failed item is handed out raw', async () => {
    const [failed] = await read(pieces(Buffer.from('[{"a":1, "a":2}]'), 3));
    assert.equal(failed?.fault !== undefined && Buffer.from(failed.raw ?? []).toString(), '{"a":1, "a":2}');
  });

  test('an object may nest as deep as in an envelope, in every form', async () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const forms = [
      (text: string) => text,
      (text: string) => `[${text}]`,
      (text: string) => `{"objects":[${text}]}`,
      (text: string) => `{}\n${text}\n`,
      (text: string) => `{"date_added":"2024-01-01T00:00:00Z","object":${text}}`,
    ];
    for (const form of forms) {
      assert.match((await items(form(nested(98)))).join(), /^\{/);
      assert.match((await items(form(nested(99)))).join(), /^!.* nested deeper than/);
    }
  });

  test('outside of items it is a fault of its own, and reading goes on', async () => {
    const found = await items('{"type":"bundle","type":"bundle","objects":[{"n":1}],"x":1e999,"objects":[{"n":2}]}');
    assert.deepEqual(
      found.map((text) => text.slice(0, 20)),
      ['!1:18 The member nam', '{"n":1}', '!1:58 The number is ', '{"n":2}'],
    );
  });

  test('an object longer than 64 MiB fails alone, and is not held', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"objects":[{"n":1},{"a":"');
      for (let i = 0; i < 65; i++) yield Buffer.alloc(1 << 20, 'x');
      yield Buffer.from('"},{"n":2}]}');
    }
    assert.deepEqual((await read(source())).map(shown), [
      '{"n":1}',
      '!1:21 The object is longer than 64 MiB, more than is taken in one piece.',
      '{"n":2}',
    ]);
  });
});

describe('broken syntax ends a document; what was read before stands', () => {
  test('in a bundle', async () => {
    assert.deepEqual(await items('{"objects":[{"n":1},{"n":2},\n{"n":3 "x":4},{"n":5}]}'), [
      '{"n":1}',
      '{"n":2}',
      '!2:8 Found a quotation mark, expected "," or "}". !!',
    ]);
  });

  test('in a list with an object a line', async () => {
    assert.deepEqual(await items('[{"n":1}\n{"n":2},\n{"n":3}]'), [
      '{"n":1}',
      '!2:1 Found "{", expected "," or "]". !!',
    ]);
  });

  test('where it is cut short', async () => {
    assert.deepEqual(await items('{"objects":[{"n":1},{"n":2'), [
      '{"n":1}',
      '!1:27 Found the end of the text, expected "," or "}". !!',
    ]);
    assert.deepEqual(await items('[{"n":1}'), ['{"n":1}', '!1:9 Found the end of the text, expected "," or "]". !!']);
  });

  test('in an indented object, of which nothing stands', async () => {
    assert.deepEqual(await items('{\n "a": 1,\n}\n'), [
      '!3:1 Found "}", expected a member name in quotation marks. !!',
    ]);
    assert.deepEqual(await items('{ "a": 1\n "b": 2 }\n'), ['!2:2 Found a quotation mark, expected "," or "}". !!']);
  });

  test('behind an object, which then does not stand', async () => {
    assert.deepEqual(await items('{"n":1} x'), [
      '!1:9 Found "x", expected nothing more, since the JSON text is complete. !!',
    ]);
  });

  test('in texts that are no JSON', async () => {
    assert.deepEqual(await items('<html>\n<body>\n'), ['!1:1 Found "<", expected a value. !!']);
    assert.deepEqual(await items('\xff\xfe{\0}\0'), ['!1:1 The text is UTF-16. Save it as UTF-8. !!']);
  });

  test('in brackets without end', async () => {
    const [item, ...rest] = await read(pieces(Buffer.from(`[{"n":1},${'['.repeat(2 << 20)}`), 65_536));
    assert.equal(item?.text, '{"n":1}');
    assert.match(rest.map(shown).join(), /^!1:1048585 More than 1048576 lists and objects are open\. !!$/);
  });

  test('a bundle whose "objects" is no list', async () => {
    assert.deepEqual(await items('{"type":"bundle","objects":{"n":1}}'), [
      '!1:1 The "objects" of this bundle is no list of objects.',
    ]);
  });
});

describe('in NDJSON broken syntax fails its line', () => {
  test('in the middle', async () => {
    assert.deepEqual(await items('{"n":1}\n{"n":2,}\n{"n":3}\n'), [
      '{"n":1}',
      '!2:8 Found "}", expected a member name in quotation marks.',
      '{"n":3}',
    ]);
  });

  test('a line that ends too early does not take the next one along', async () => {
    assert.deepEqual(await items('{"n":1}\n{"n":2,\n{"n":3}\n{"n":"4\n{"n":5}\n'), [
      '{"n":1}',
      '!2:8 Found the end of the line, expected a member name in quotation marks.',
      '{"n":3}',
      '!4:8 Found the character U+000A, expected the rest of a string (control characters are written as escapes, a line feed as \\n).',
      '{"n":5}',
    ]);
  });

  test('two objects on one line', async () => {
    assert.deepEqual(await items('{"n":1}\n{"n":2}{"n":3}\n{"n":4}\n'), [
      '{"n":1}',
      '!2:8 Found "{", expected nothing more, since the JSON text is complete.',
      '{"n":4}',
    ]);
  });

  test('the first line, when the next is a whole object', async () => {
    assert.deepEqual(await items('{"n":1,}\n{"n":2}\n{"n":3}\n'), [
      '!1:8 Found "}", expected a member name in quotation marks.',
      '{"n":2}',
      '{"n":3}',
    ]);
    assert.deepEqual(await items('{"n":1\n{"n":2}\n'), ['!2:1 Found "{", expected "," or "}".', '{"n":2}']);
    assert.deepEqual(await items('{"n":1} x\n{"n":2}'), [
      '!1:9 Found "x", expected nothing more, since the JSON text is complete.',
      '{"n":2}',
    ]);
  });

  test('the first line, when the next one is no whole object, ends all', async () => {
    assert.deepEqual(await items('{"n":1},\n{"n":2},\n'), [
      '!1:8 Found ",", expected nothing more, since the JSON text is complete. !!',
    ]);
  });

  test('the last line cut short is told as the end', async () => {
    assert.deepEqual(await items('{"n":1}\n{"n":2'), [
      '{"n":1}',
      '!2:7 Found the end of the text, expected "," or "}". !!',
    ]);
  });
});

describe('gzip', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `{"n":${i},"x":"${Math.sqrt(i)}"}`);
  const packed = gzipSync(lines.join('\n'));

  test('cut short gives what could be read, and says so', async () => {
    const found = await read(pieces(packed.subarray(0, packed.length >> 1), 1000));
    const last = found.pop();
    assert.match(last === undefined ? '' : shown(last), /The gzip data end too early.* !!$/);
    assert.ok(found.length > 1000 && found.length < 5000);
    assert.ok(found.every((item, i) => item.fault === undefined && item.text === lines[i]));
  });

  test('that is damaged says so', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 5000, 5100);
    const last = (await read(pieces(damaged, 1000))).pop();
    assert.match(last === undefined ? '' : shown(last), /The gzip data are damaged .* !!$/);
  });

  test('a source that fails, fails the reading', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 1000);
      throw new Error('disk on fire');
    }
    await assert.rejects(read(failing()), /disk on fire/);
  });

  test('reading may stop early, and closes the source', async () => {
    for (const bytes of [packed, Buffer.from(lines.join('\n'))]) {
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          yield* pieces(bytes, 1000);
        } finally {
          closed = true;
        }
      }
      for await (const item of readItems(source())) {
        assert.equal(shown(item), lines[0]);
        break;
      }
      await new Promise(setImmediate);
      assert.equal(closed, true);
    }
  });
});

describe('bundleText', () => {
  const collect = async (texts: readonly string[]): Promise<string> => {
    let out = '';
    for await (const piece of bundleText(texts)) out += piece;
    return out;
  };

  test('writes a bundle that readItems takes apart again', async () => {
    const text = await collect(['{"a":1.0}', '{"b":2}']);
    assert.match(
      text,
      /^\{"type":"bundle","id":"bundle--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",/,
    );
    assert.deepEqual((JSON.parse(text) as { objects: unknown }).objects, [{ a: 1 }, { b: 2 }]);
    assert.deepEqual(await items(text), ['{"a":1.0}', '{"b":2}']);
  });

  test('without objects has no member "objects" (S21-8-01)', async () => {
    assert.deepEqual(Object.keys(JSON.parse(await collect([])) as object), ['type', 'id']);
  });
});

describe('records', () => {
  test('keep the text of their object', () => {
    const object = '{"id":"a--1","x":"\\u00e9}\\"","n":1.0}';
    const date = '2024-01-01T00:00:00.000001Z';
    assert.deepEqual(recordParts(recordLine(date, 'amber+strict', object).trimEnd()), {
      dateAdded: date,
      marking: 'amber+strict',
      object,
    });
    assert.deepEqual(recordParts(`{"x":[{"object":1}],"object":${object},"date_added":"${date}"}`), {
      dateAdded: date,
      object,
    });
  });

  test('anything else is none', () => {
    for (const text of [
      '{}',
      '[]',
      '1',
      '"x"',
      '{"date_added":"x"}',
      '{"object":{}}',
      '{"date_added":1,"object":{}}',
      '{"date_added":"x","object":[]}',
    ]) {
      assert.equal(recordParts(text), undefined, text);
    }
  });
});

test('a text is found wherever it falls between the pieces of a source, gzipped or not', async () => {
  const bytes = Buffer.from(`{"objects":[{"x":"${'é'.repeat(50)}"},{"definition_type":"statement"}]}`);
  for (const source of [bytes, gzipSync(bytes)])
    for (let size = 1; size < 60; size++) {
      assert.equal(await holdsText(pieces(source, size), '"definition_type"'), true);
      assert.equal(await holdsText(pieces(source, size), '"definition_typo"'), false);
    }
});

test('a text is not found in gzip data that are cut short before it', async () => {
  const gzip = gzipSync(Buffer.from('{"objects":[{"definition_type":"statement"}]}'));
  assert.equal(await holdsText(pieces(gzip.subarray(0, 20)), '"definition_type"'), false);
});
