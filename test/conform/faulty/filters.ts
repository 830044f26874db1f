import { answerWith, type Body, type Fault, fault, inBody, inQuery, PAGES, tamper } from './tools.ts';

/** Faults of filters. */

function stepped(date: string, micros: number): string {
  const value = BigInt(Date.parse(`${date.slice(0, 23)}Z`)) * 1000n + BigInt(date.slice(23, 26)) + BigInt(micros);
  return `${new Date(Number(value / 1000n)).toISOString().slice(0, 23)}${String(value % 1000n).padStart(3, '0')}Z`;
}

function shiftedAfter(micros: number) {
  return inQuery((query) => {
    const after = query.get('added_after') ?? '';
    if (/\.\d{6}Z$/.test(after)) query.set('added_after', stepped(after, micros));
  });
}

function without(name: string) {
  return inQuery((query) => query.delete(name));
}

function absent(name: string, value: string) {
  return inQuery((query) => {
    if (!query.has(name) && !query.has('next')) query.set(name, value);
  });
}

/** A malformed query is taken as if the parameter were not there. */
function forgiving(name: string, wrong: RegExp) {
  return inQuery((query) => {
    if (wrong.test(query.getAll(name).join(' '))) query.delete(name);
  });
}

export const FILTERS: readonly Fault[] = [
  fault('T21-3.4-03', 'added_after includes the entry of that moment', () => shiftedAfter(-1)),
  fault('T21-3.4-03', 'added_after is ignored', () => without('added_after')),
  fault('T21-3.4-03', 'added_after leaves out what came within the next second', () => shiftedAfter(1_000_000)),
  fault('T21-3.4-04', 'the last of two added_after counts', () =>
    inQuery((query) => {
      const all = query.getAll('added_after');
      if (all.length > 1) query.set('added_after', all.at(-1) ?? '');
    }),
  ),
  fault('T21-3.4-05', 'nonsense in added_after is passed over', () => forgiving('added_after', /yesterday|-13-|^$/)),
  fault('T21-3.4-06', 'added_after is compared with modified', () =>
    inBody(['objects'], (body, asked) => {
      const after = new URLSearchParams(asked.path.split('?')[1]).get('added_after');
      if (after === null || body.objects === undefined) return body;
      const objects = body.objects.filter((each: Body) => (each.modified ?? '9') > after);
      return objects.length === 0 ? {} : { ...body, objects };
    }),
  ),
  fault('T21-3.4-07', 'the newest comes first', () => ({
    answered(answered, asked) {
      if (asked.kind === 'objects' && asked.method === 'GET' && answered.status === 200)
        tamper(answered, asked, (body) => reversedPage(body, asked.path));
    },
    asked(asked) {
      if (asked.method === 'GET' && asked.kind === 'objects') asked.path = asked.path.replace(/&limit=\d+/, '');
    },
  })),
  fault('T21-3.4-09', 'limit=0 means no limit', () => forgiving('limit', /^0$/)),
  fault('T21-3.4-09', 'a limit that is no number is passed over', () => forgiving('limit', /abc|1\.5/)),
  fault('T21-3.4-10', 'limit is ignored', () => without('limit')),
  fault('T21-3.4-10', 'a page has one entry more than limit', () =>
    inQuery((query) => {
      if (/^[1-9]\d*$/.test(query.get('limit') ?? '')) query.set('limit', String(Number(query.get('limit')) + 1));
    }),
  ),
  fault('T21-3.4-12', 'a limit above the own maximum is refused', () => ({
    answered(answered, asked) {
      if (/limit=\d{5,}/.test(asked.path)) answerWith(answered, 400);
    },
  })),
  fault('T21-3.4-13', 'more is always false', () =>
    inBody(PAGES, (body) => (body.more === undefined ? body : { ...body, more: false })),
  ),
  fault('T21-3.4-13', 'more is true on the last page', () =>
    inBody(['objects', 'manifest'], (body) =>
      body.objects ? { ...body, more: true, next: body.next ?? 'end' } : body,
    ),
  ),
  fault('T21-3.4-14', 'next is a number', () =>
    inBody(['objects'], (body) => (body.next ? { ...body, next: 7 } : body)),
  ),
  fault('T21-3.4-15', 'each following page has lost its first entry', () => lostEntry()),
  fault('T21-3.4-15', 'next is ignored, so that the first page comes again', () => without('next')),
  fault('T21-3.4-15', 'each following page repeats the last entry of the page before', () => {
    let last: Body;
    return inBody(['objects'], (body, asked) => {
      if (body.objects === undefined) return body;
      const objects = asked.path.includes('next=') && last !== undefined ? [last, ...body.objects] : body.objects;
      last = body.objects.at(-1);
      return { ...body, objects };
    });
  }),
  fault('T21-3.4-16', 'an invented next is taken for the beginning', () => forgiving('next', /^(zzz|\0)$/)),
  fault('T21-3.4-17', 'match[id] wins over match[type]', () =>
    inQuery((query) => {
      if (query.has('match[id]')) query.delete('match[type]');
    }),
  ),
  fault('T21-3.4-18', 'of a field that stands twice the first counts', () =>
    inQuery((query) => {
      for (const name of ['match[type]', 'match[version]'])
        if (query.getAll(name).length > 1) query.set(name, query.get(name) ?? '');
    }),
  ),
  fault('T21-3.4-21', 'of several values the first counts', () =>
    inQuery((query) => {
      for (const name of ['match[type]'])
        if (query.has(name)) query.set(name, (query.get(name) ?? '').split(',')[0] ?? '');
    }),
  ),
  fault('T21-3.4-22', 'empty values are passed over', () => forgiving('match[type]', /^$|,,/)),
  fault('T21-3.4-23', 'escaped brackets are not read', () => ({
    asked(asked) {
      asked.path = asked.path.replace(/match%5Btype%5D=[^&]*&?/, '');
    },
  })),
  fault('T21-3.4-24', 'an apostrophe breaks the server', () => ({
    answered(answered, asked) {
      if (/'|%27/.test(asked.path)) answerWith(answered, 500);
    },
  })),
  fault('T21-3.4.1-01', 'match[id] is ignored', () => without('match[id]')),
  fault('T21-3.4.1-01', 'match[id] looks at the first id only', () =>
    inQuery((query) => {
      if (query.has('match[id]')) query.set('match[id]', (query.get('match[id]') ?? '').split(',')[0] ?? '');
    }),
  ),
  fault('T21-3.4.1-02', 'match[spec_version] is ignored', () => without('match[spec_version]')),
  fault('T21-3.4.1-03', 'objects come in every spec version', () => absent('match[spec_version]', '2.0,2.1')),
  fault('T21-3.4.1-03', 'objects come in the oldest spec version', () => absent('match[spec_version]', '2.0')),
  fault(
    'T21-3.4.1-05',
    'an object without spec_version counts as 2.1',
    () =>
      inBody(['objects', 'manifest'], (body, asked) => (asked.path.includes('match[spec_version]=2.0') ? {} : body)),
    true,
  ),
  fault('T21-3.4.1-06', 'match[type] is ignored', () => without('match[type]')),
  fault('T21-3.4.1-07', 'a type of STIX 2.1 is not known', () => ({
    answered(answered, asked) {
      if (asked.path.includes('=incident')) answerWith(answered, 400);
    },
  })),
  fault('T21-3.4.1-09', 'without match[version] all versions come', () => absent('match[version]', 'all')),
  fault('T21-3.4.1-09', 'without match[version] the first version comes', () => absent('match[version]', 'first')),
  fault('T21-3.4.1-10', 'last is the version that was added last', () =>
    inQuery((query) => {
      if (query.get('match[version]') === 'last') query.set('match[version]', 'all');
    }),
  ),
  fault('T21-3.4.1-11', 'first is the same as last', () =>
    inQuery((query) => {
      if (query.get('match[version]') === 'first') query.set('match[version]', 'last');
    }),
  ),
  fault('T21-3.4.1-12', 'match[version] is ignored', () => without('match[version]'), true),
  fault('T21-3.4.1-13', 'a version that is a timestamp is passed over', () => forgiving('match[version]', /^\d{4}/)),
  fault('T21-3.4.1-13', 'match[version] that is nonsense means last', () => forgiving('match[version]', /foo/)),
  fault('T21-3.4.1-16', 'a version may stand twice', () =>
    inQuery((query) => {
      if (query.has('match[version]'))
        query.set('match[version]', [...new Set((query.get('match[version]') ?? '').split(','))].join());
    }),
  ),
  fault('T21-3.4.1-17', 'of first,last only the first counts', () =>
    inQuery((query) => {
      if (query.get('match[version]') === 'first,last') query.set('match[version]', 'first');
    }),
  ),
  fault('T21-3.4.1-18', 'all beside others wins', () =>
    inQuery((query) => {
      if ((query.get('match[version]') ?? '').split(',').includes('all')) query.set('match[version]', 'all');
    }),
  ),
];

function lostEntry() {
  return inBody(['objects', 'manifest'], (body, asked) => {
    if (!asked.path.includes('next=') || !body.objects) return body;
    const objects = body.objects.slice(1);
    return objects.length === 0 ? { ...body, objects: undefined } : { ...body, objects };
  });
}

function reversedPage(body: Body, _path: string): Body {
  return body.objects ? { ...body, objects: body.objects.toReversed() } : body;
}
