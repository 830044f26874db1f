import { ALIAS, COLLECTIONS } from '../../http/fixture.ts';
import type { Answered, Asked, Behaviour } from './proxy.ts';
import { answerWith, type Body, type Fault, fault, headerOf, inBody, inQuery } from './tools.ts';

/** One fault more for each check that no other fault touches. */

function refusing(status: number, wrong: (asked: Asked) => boolean): Behaviour {
  return {
    answered(answered: Answered, asked) {
      if (wrong(asked)) answerWith(answered, status);
    },
  };
}

function records(change: (record: Body) => Body): Behaviour {
  return inBody(['manifest'], (body) => (body.objects ? { ...body, objects: body.objects.map(change) } : body));
}

function collections(change: (collection: Body) => Body): Behaviour {
  return inBody(['collections', 'collection'], (body) =>
    body.collections ? { collections: body.collections.map(change) } : change(body),
  );
}

function query(asked: Asked): URLSearchParams {
  return new URLSearchParams(asked.path.split('?')[1]);
}

const accepts = (asked: Asked): string => headerOf(asked, 'accept') ?? '';

export const DETAILS: readonly Fault[] = [
  fault('T21-1.6.8.2-01', 'an odd version in Accept breaks the server', () =>
    refusing(500, (asked) => accepts(asked).endsWith('version=x')),
  ),
  fault('T21-1.6.8.2-02', 'without a version the answer is in none', () => ({
    answered(answered, asked) {
      if (accepts(asked) === 'application/taxii+json') answered.headers['content-type'] = 'application/taxii+json';
    },
  })),
  fault('T21-3.1-07', 'without a version the answer is in TAXII 2.0', () => ({
    answered(answered, asked) {
      if (accepts(asked) === 'application/taxii+json')
        answered.headers['content-type'] = 'application/taxii+json;version=2.0';
    },
  })),
  fault('T21-3.1-01', 'a query is taken for a part of the path', () => refusing(404, ({ path }) => path.includes('?'))),
  fault('T21-3.1-03', 'an error is a JSON text', () => ({
    answered(answered) {
      if (answered.status >= 400) answered.body = Buffer.from('"not found"');
    },
  })),
  fault('T21-3.1-04', 'a missing Accept breaks the server', () => refusing(500, (asked) => accepts(asked) === '')),
  fault(
    'T21-3.1-11',
    'another Content-Type breaks the server',
    () => refusing(500, (asked) => headerOf(asked, 'content-type') === 'text/plain'),
    true,
  ),
  fault('T21-3.2-10', 'date headers of other answers are no dates', () => ({
    answered(answered, asked) {
      if (asked.kind === 'collections') answered.headers['x-taxii-date-added-last'] = 'now';
    },
  })),
  fault('T21-3.4-01', 'whatever is malformed is passed over', () =>
    inQuery((each) => {
      for (const [name, value] of [...each]) if (/^(0|yesterday|foo|all,last)$/.test(value)) each.delete(name);
    }),
  ),
  fault('T21-3.4-02', 'without parameters the newest object alone comes', () =>
    inBody(['objects'], (body, asked) =>
      body.objects && [...query(asked).keys()].join() === 'match[id]'
        ? { ...body, objects: body.objects.slice(-1) }
        : body,
    ),
  ),
  fault('T21-3.4-11', 'an entry that fits the limit is held back', () =>
    inBody(['objects', 'manifest'], (body) =>
      body.more === false && body.objects?.length > 3 ? { ...body, objects: body.objects.slice(0, -1) } : body,
    ),
  ),
  fault('T21-3.4-20', 'an unknown match field breaks the server', () =>
    refusing(500, ({ path }) => path.includes('x_conform')),
  ),
  fault('T21-3.4.1-08', 'an unknown type breaks the server', () =>
    refusing(500, ({ path }) => path.includes('x-conform-unknown')),
  ),
  fault('T21-3.4.1-15', 'the version that the manifest gives an object without dates is not known', () =>
    inBody(['objects'], (body, asked) =>
      /domain-name|ipv4/.test(asked.path) && asked.path.includes('match[version]=20') ? {} : body,
    ),
  ),
  fault('T21-3.4.1-20', 'added_after brings back older versions', () =>
    inQuery((each) => {
      if (each.has('added_after') && !each.has('match[version]')) each.set('match[version]', 'all');
    }),
  ),
  fault('T21-3.4.1-22', 'first and last are worked out page by page', () =>
    inQuery((each) => {
      if (each.has('limit') && !each.has('match[version]')) each.set('match[version]', 'all');
    }),
  ),
  fault('T21-3.4.1-23', 'a version that is named is looked for in STIX 2.1 only', () =>
    inQuery((each) => {
      if (/^\d/.test(each.get('match[version]') ?? '')) each.set('match[spec_version]', '2.1');
    }),
  ),
  fault('T21-3.5-10', 'added_after is lost with next', () => ({
    asked(asked) {
      const each = query(asked);
      if (asked.path.includes('next=') || !each.has('added_after')) return;
      asked.path = asked.path.replace(/added_after=[^&]*/, 'added_after=1970-01-01T00:00:00Z');
    },
  })),
  fault('T21-3.6.1-04', 'external_details is no URL', () => ({
    answered(answered) {
      if (answered.status === 404)
        answerWith(answered, 404, { title: 'Not found', external_details: 'see the manual' });
    },
  })),
  fault('T21-7.1.1-02', 'a custom property has a capital', () =>
    inBody(['api-root'], (body) => ({ ...body, x_Acme: 1 })),
  ),
  fault('T21-4.1-03', 'discovery is 418', () => ({
    answered(answered, asked) {
      if (asked.kind === 'discovery') answerWith(answered, 418);
    },
  })),
  fault('T21-4.1.1-04', 'api_roots is a text', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: body.api_roots[0], default: undefined })),
  ),
  fault('T21-4.2-05', 'collections of one API root are in another too', () => ({
    asked(asked) {
      if (/^\/(pub|strict|api2)\/collections\/[^/]+\/$/.test(asked.path))
        asked.path = asked.path.replace(/^\/[^/]+/, '/api1');
    },
  })),
  fault('T21-4.2.1-02', 'a description is null', () =>
    inBody(['api-root'], (body) => ({ ...body, description: null })),
  ),
  fault('T21-8.2.1-02', 'the API root is gone', () => refusing(404, ({ kind }) => kind === 'api-root')),
  fault(
    'T21-4.3-04',
    'a status is gone once it was seen',
    () => {
      const seen = new Set<string>();
      return {
        answered(answered, asked) {
          if (asked.kind !== 'status') return;
          if (seen.has(asked.path)) answerWith(answered, 404);
          seen.add(asked.path);
        },
      };
    },
    true,
  ),
  fault(
    'T21-4.3-05',
    'a deletion returns a status',
    () => ({
      answered(answered, asked) {
        if (asked.method === 'DELETE' && answered.status === 200)
          answerWith(answered, 200, { id: 'x', status: 'complete', total_count: 1 });
      },
    }),
    true,
  ),
  fault('T21-5.1-01', 'the list of collections breaks the server', () =>
    refusing(500, ({ kind }) => kind === 'collections'),
  ),
  fault('T21-5.2.1-01', 'two collections have one id', () => collections((each) => ({ ...each, id: COLLECTIONS.RW }))),
  fault('T21-5.2.1-04', 'an alias leads to another collection', () => ({
    asked(asked) {
      asked.path = asked.path.replace(`/collections/${ALIAS}/`, `/collections/${COLLECTIONS.MT}/`);
    },
  })),
  fault('T21-5.2.1-05', 'two collections have one alias', () => collections((each) => ({ ...each, alias: 'same' }))),
  fault('T21-5.2.1-07', 'can_read is a text', () =>
    collections((each) => ({ ...each, can_read: each.can_read ? 'yes' : 'no' })),
  ),
  fault('T21-5.2.1-08', 'can_write is missing', () => collections(({ can_write: _flag, ...each }) => each)),
  fault('T21-5.3-01', 'the manifest lists an object that is not there', () =>
    inBody(['manifest'], (body) =>
      body.objects
        ? { ...body, objects: [...body.objects, { ...body.objects[0], version: '2025-05-05T00:00:00.000Z' }] }
        : body,
    ),
  ),
  fault('T21-5.3-02', 'the manifest minds match[version]', () =>
    refusing(400, ({ kind, path }) => kind === 'manifest' && path.endsWith('?match[version]=all')),
  ),
  fault('T21-5.3-03', 'the manifest passes over match[type]', () =>
    inQuery((each, asked) => void (asked.kind === 'manifest' && each.delete('match[type]'))),
  ),
  fault('T21-5.3-05', 'the Accept printed for the manifest is 406', () =>
    refusing(406, (asked) => accepts(asked).includes('application/stix+json')),
  ),
  fault('T21-5.3.1-02', 'the manifest holds the objects', () => records((each) => ({ ...each, type: 'indicator' }))),
  fault('T21-5.3.1-04', 'records have a number as id', () => records((each) => ({ ...each, id: 17 }))),
  fault(
    'T21-5.3.1-05',
    'date_added is that of the hour',
    () => records((each) => ({ ...each, date_added: `${each.date_added.slice(0, 13)}:00:00.000000Z` })),
    true,
  ),
  fault(
    'T21-5.5-19',
    'an unknown Content-Encoding is passed over',
    () => ({
      asked(asked) {
        asked.headers = asked.headers.filter(([name]) => name.toLowerCase() !== 'content-encoding');
      },
    }),
    true,
  ),
  fault(
    'T21-5.5-21',
    '__proto__ reaches the objects of the server',
    () => {
      let polluted = false;
      return {
        answered(answered, asked) {
          polluted ||= asked.body.includes('__proto__');
          if (polluted && asked.kind === 'api-root')
            answerWith(answered, 200, { ...JSON.parse(answered.body.toString()), polluted: true });
        },
      };
    },
    true,
  ),
  fault('T21-5.6-03', 'limit of one object is ignored', () =>
    inQuery((each, asked) => void (asked.kind === 'object' && each.delete('limit'))),
  ),
  fault('T21-5.6-07', 'an escaped id is not read', () => refusing(404, ({ path }) => path.includes('%2D'))),
  fault('T21-5.8-02', 'an object without modified has its date added as version', () =>
    inBody(['versions'], (body, asked) =>
      asked.path.includes('marking') ? { ...body, versions: ['2026-01-01T00:00:00.000Z'] } : body,
    ),
  ),
  fault('T21-5.8-03', 'limit of versions is ignored', () =>
    inQuery((each, asked) => void (asked.kind === 'versions' && each.delete('limit'))),
  ),
  fault('T21-5.8.1-02', 'versions is a list of objects', () =>
    inBody(['versions'], (body) => ({ ...body, versions: body.versions?.map((version: string) => ({ version })) })),
  ),
  fault(
    'T21-5.7-13',
    'a body of a deletion is refused',
    () => refusing(400, ({ method, body }) => method === 'DELETE' && body.length > 0),
    true,
  ),
  fault('T21-D-01', 'HTTP/1.1 is refused', () => refusing(505, ({ kind }) => kind === 'api-root')),
  fault('T21-D-11', 'an overloaded server does not say for how long', () => {
    let turn = 0;
    return { answered: (answered) => void (++turn % 5 === 0 && answerWith(answered, 429)) };
  }),
  fault('T21-D-16', 'anything is called unchanged', () => ({
    answered(answered, asked) {
      if (headerOf(asked, 'if-none-match') !== undefined) answered.status = 304;
    },
  })),
];
