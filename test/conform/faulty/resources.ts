import { answerWith, type Body, type Fault, fault, inBody, PAGES, tamper } from './tools.ts';

/** Faults of media types, headers, errors and the resources that describe the server. */

function inError(change: (body: Body) => Body) {
  return {
    answered(answered: Parameters<typeof tamper>[0], asked: Parameters<typeof tamper>[1]) {
      if (answered.status >= 400) tamper(answered, asked, change);
    },
  };
}

export const RESOURCES: readonly Fault[] = [
  fault('T21-2-10', 'details of an error is a text', () => inError((body) => ({ ...body, details: 'what happened' }))),
  fault('T21-3.8-01', 'resources have properties of their own', () =>
    inBody(['collections'], (body) => ({
      collections: body.collections.map((each: Body) => ({ ...each, owner: 'us' })),
    })),
  ),
  fault('T21-2-01', 'flags are numbers', () =>
    inBody(['collections'], (body) => ({
      collections: body.collections.map((each: Body) => ({ ...each, can_read: 1 })),
    })),
  ),
  fault('T21-2-02', 'the id of a collection is its alias', () =>
    inBody(['collection'], (body) => ({ ...body, id: 'threat-data' })),
  ),
  fault('T21-2-03', 'a limit beyond all integers is taken', () => ({
    asked(asked) {
      asked.path = asked.path.replace('limit=9007199254740992', 'limit=1');
    },
  })),
  fault('T21-2-04', 'an empty page has an empty list', () =>
    inBody(['objects', 'object', 'manifest'], (body) =>
      body.objects || body.total_count !== undefined ? body : { ...body, objects: [] },
    ),
  ),
  fault('T21-2-04', 'an object without versions has an empty list', () =>
    inBody(['versions'], (body) => (body.versions ? body : { versions: [] })),
  ),
  fault('T21-3.7-05', 'an empty page is an empty list', () =>
    inBody(['objects'], (body) => (body.objects || body.total_count !== undefined ? body : { objects: [] })),
  ),
  fault('T21-2-08', 'date_added has milliseconds', () =>
    inBody(['manifest'], (body) => ({
      ...body,
      objects: body.objects?.map((each: Body) => ({ ...each, date_added: `${each.date_added.slice(0, 23)}Z` })),
    })),
  ),
  fault('T21-3.7-01', 'objects come in a bundle', () =>
    inBody(['objects', 'object'], (body) => (body.objects ? { type: 'bundle', id: 'bundle--1', ...body } : body)),
  ),
  fault('T21-3.7-02', 'more is a text', () =>
    inBody(PAGES, (body) => (body.more === undefined ? body : { ...body, more: String(body.more) })),
  ),
  fault('T21-3.7-03', 'next stands on the last page too', () =>
    inBody(PAGES, (body) => (body.more === false ? { ...body, next: 'end' } : body)),
  ),
  fault('T21-3.7-04', 'objects are wrapped once more', () =>
    inBody(['objects'], (body) =>
      body.objects ? { ...body, objects: body.objects.map((object: Body) => ({ object })) } : body,
    ),
  ),
  fault('T21-0-04', 'there is more but no next', () => inBody(PAGES, ({ next: _next, ...body }) => body)),
  fault('T21-4.1-01', 'discovery is 404', () => ({
    answered(answered, asked) {
      if (asked.kind === 'discovery') answerWith(answered, 404);
    },
  })),
  fault('T21-4.1.1-01', 'discovery has no title', () => inBody(['discovery'], ({ title: _title, ...body }) => body)),
  fault('T21-4.1.1-02', 'contact is null', () => inBody(['discovery'], (body) => ({ ...body, contact: null }))),
  fault('T21-4.1.1-03', 'default is not one of api_roots', () =>
    inBody(['discovery'], (body) => ({ ...body, default: body.api_roots[0].slice(0, -1) })),
  ),
  fault('T21-4.1.1-07', 'a relative API root begins with two slashes', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: [...body.api_roots, '//api1/'] })),
  ),
  fault('T21-4.1.1-06', 'an API root is a path without a slash', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: [...body.api_roots, 'ftp://x/api1/'] })),
  ),
  fault('T21-4.1.1-09', 'an API root has a query', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: [...body.api_roots, '/api1/?x=1'] })),
  ),
  fault('T21-4.1.1-10', 'an API root has no slash at its end', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: body.api_roots.map((root: string) => root.slice(0, -1)) })),
  ),
  fault('T21-4.2-01', 'an API root that is listed is not there', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: [...body.api_roots, '/gone/'] })),
  ),
  fault('T21-4.2-02', 'an API root is listed twice', () =>
    inBody(['discovery'], (body) => ({ ...body, api_roots: [...body.api_roots, ...body.api_roots] })),
  ),
  fault('T21-4.2-04', 'an unknown API root is 200', () => ({
    answered(answered, asked) {
      if (asked.path.startsWith('/conform-')) answerWith(answered, 200, { title: 'Anything' });
    },
  })),
  fault('T21-4.2.1-01', 'an API root has no title', () => inBody(['api-root'], ({ title: _title, ...body }) => body)),
  fault('T21-2-06', 'an API root has no versions', () =>
    inBody(['api-root'], ({ versions: _versions, ...body }) => body),
  ),
  fault('T21-4.2.1-03', 'versions are those of a draft', () =>
    inBody(['api-root'], (body) => ({ ...body, versions: ['taxii-2.1'] })),
  ),
  fault('T21-4.2.1-04', 'versions names TAXII 2.0 only', () =>
    inBody(['api-root'], (body) => ({ ...body, versions: ['application/taxii+json;version=2.0'] })),
  ),
  fault('T21-4.2.1-05', 'max_content_length is a text', () =>
    inBody(['api-root'], (body) => ({ ...body, max_content_length: String(body.max_content_length) })),
  ),
  fault('T21-3.8-02', 'a collection has no can_write', () =>
    inBody(['collections'], (body) => ({
      collections: body.collections.map(({ can_write: _flag, ...each }: Body) => each),
    })),
  ),
  fault('T21-5.1.1-01', 'collections is an object', () =>
    inBody(['collections'], (body) => ({
      collections: Object.fromEntries(body.collections.map((each: Body) => [each.id, each])),
    })),
  ),
  fault('T21-5.1-03', 'the list of collections is paged', () =>
    inBody(['collections'], (body, asked) =>
      asked.path.includes('limit=1') ? { collections: body.collections.slice(0, 1) } : body,
    ),
  ),
  fault('T21-5.2-01', 'a collection differs from its entry in the list', () =>
    inBody(['collection'], (body) => ({ ...body, title: 'Another' })),
  ),
  fault('T21-5.2-02', 'an unknown collection is an empty one', () => ({
    answered(answered, asked) {
      if (answered.status === 404 && /^\/api1\/collections\/[^/]+\/(objects\/|manifest\/)?$/.test(asked.path))
        answerWith(answered, 200, {});
    },
  })),
  fault('T21-5.2.1-02', 'a collection has an empty title', () =>
    inBody(['collections', 'collection'], (body) => emptied(body, 'title')),
  ),
  fault('T21-5.2.1-03', 'a description is empty', () =>
    inBody(['collections', 'collection'], (body) => emptied(body, 'description')),
  ),
  fault('T21-5.2.1-09', 'can_read is always true', () =>
    inBody(['collections', 'collection'], (body) => allOf(body, (each) => ({ ...each, can_read: true }))),
  ),
  fault('T21-5.2.1-10', 'media_types is a text', () =>
    inBody(['collections'], (body) => allOf(body, (each) => ({ ...each, media_types: 'application/stix+json' }))),
  ),
  fault('T21-5.2.1-11', 'media_types leaves out STIX 2.1', () =>
    inBody(['collections', 'collection'], (body) =>
      allOf(body, (each) => ({ ...each, media_types: ['application/stix+json;version=2.0'] })),
    ),
  ),
];

function allOf(body: Body, change: (collection: Body) => Body): Body {
  return body.collections ? { collections: body.collections.map(change) } : change(body);
}

function emptied(body: Body, name: string): Body {
  return allOf(body, (each) => ({ ...each, [name]: '' }));
}
