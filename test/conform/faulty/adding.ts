import type { Answered, Asked } from './proxy.ts';
import { answerWith, type Body, type Fault, fault, headerOf, inBody, inStatus, tamper } from './tools.ts';

/** Faults of adding, statuses and deleting. */

function onPost(act: (answered: Answered, asked: Asked) => void) {
  return {
    answered(answered: Answered, asked: Asked) {
      if (asked.method === 'POST') act(answered, asked);
    },
  };
}

function swapped(from: number, to: number) {
  return onPost((answered) => {
    if (answered.status === from) answered.status = to;
  });
}

function postedOf({ body }: Asked): Body[] {
  try {
    const { objects } = JSON.parse(body.toString());
    return Array.isArray(objects) ? objects : [];
  } catch {
    return [];
  }
}

export const ADDING: readonly Fault[] = [
  fault('T21-5.5-01', '200 for 202', () => swapped(202, 200)),
  fault('T21-5.5-01', '201 for 202', () => swapped(202, 201)),
  fault('T21-5.5-01', 'a POST is answered without a status', () =>
    onPost((answered) => void (answered.status === 202 && answerWith(answered, 202, {}))),
  ),
  fault('T21-5.5-02', 'a status cannot be fetched at once', () => ({
    answered(answered, asked) {
      if (asked.kind === 'status') answerWith(answered, 404);
    },
  })),
  fault('T21-5.5-03', 'a duplicate is a failure', () => {
    const seen = new Set<string>();
    return onPost((answered, asked) => {
      const key = postedOf(asked)
        .map((each) => JSON.stringify(each))
        .join();
      if (seen.has(key))
        tamper(answered, asked, (status) => ({
          ...status,
          success_count: 0,
          successes: undefined,
          failure_count: status.total_count,
        }));
      seen.add(key);
    });
  }),
  fault('T21-5.5-03', 'a duplicate is 422', () => {
    const seen = new Set<string>();
    return onPost((answered, asked) => {
      const key = postedOf(asked)
        .map((each) => JSON.stringify(each))
        .join();
      if (seen.has(key)) answerWith(answered, 422);
      seen.add(key);
    });
  }),
  fault('T21-5.5-03', 'a duplicate gets a new date_added', () => {
    const times = new Map<string, number>();
    return {
      asked(asked) {
        if (asked.method === 'POST') for (const { id } of postedOf(asked)) times.set(id, (times.get(id) ?? 0) + 1);
      },
      answered(answered, asked) {
        if (asked.kind === 'manifest' && answered.status === 200)
          tamper(answered, asked, (body) => ({
            ...body,
            objects: body.objects?.map((each: Body) => ({
              ...each,
              date_added: each.date_added.replace(/\d\dZ$/, `${10 + (times.get(each.id) ?? 0)}Z`),
            })),
          }));
      },
    };
  }),
  fault('T21-5.5-04', 'what is no envelope is taken', () =>
    onPost((answered) => void (answered.status === 422 && answerWith(answered, 202, {}))),
  ),
  fault('T21-5.5-06', 'broken JSON breaks the server', () =>
    onPost((answered) => void (answered.status === 400 && answerWith(answered, 500))),
  ),
  fault('T21-5.5-11', 'one bad object takes the good ones with it', () => {
    const hidden = new Set<string>();
    return {
      answered(answered, asked) {
        const objects = asked.method === 'POST' ? postedOf(asked) : [];
        if (objects.some(({ id }) => id === 'indicator--nonsense')) for (const { id } of objects) hidden.add(id);
        if ([...hidden].some((id) => asked.kind === 'object' && asked.path.includes(id))) answerWith(answered, 404);
      },
    };
  }),
  fault('T21-5.5-12', 'a success is not stored', () => ({
    answered(answered, asked) {
      if (asked.kind === 'object' && asked.method === 'GET') answerWith(answered, 404);
    },
  })),
  fault('T21-5.5-13', 'a new version takes the place of the old one', () =>
    inBody(['versions'], (body) => ({ ...body, versions: body.versions?.slice(-1) })),
  ),
  fault('T21-5.5-14', 'the version that came last is the latest', () => {
    const latest = new Map<string, Body>();
    return {
      asked(asked) {
        if (asked.method === 'POST') for (const each of postedOf(asked)) latest.set(each.id, each);
      },
      answered: inLatest(latest),
    };
  }),
  fault('T21-5.5-15', 'the last content wins', () => {
    const latest = new Map<string, Body>();
    return {
      asked(asked) {
        if (asked.method === 'POST') for (const each of postedOf(asked)) latest.set(each.id, each);
      },
      answered: inLatest(latest),
    };
  }),
  fault('T21-5.5-16', 'the same object twice is counted once', () =>
    inStatus((status) => ({ ...status, total_count: 1, success_count: 1, successes: status.successes?.slice(0, 1) })),
  ),
  fault('T21-5.5-17', 'next in a posted envelope is refused', () =>
    onPost((answered, asked) => void (asked.body.includes('"next"') && answerWith(answered, 422))),
  ),
  fault('T21-5.5-18', 'a query of a POST is refused', () =>
    onPost((answered, asked) => void (asked.path.includes('?') && answerWith(answered, 400))),
  ),
  fault('T21-5.5-20', 'deep nesting breaks the server', () =>
    onPost((answered, asked) => void (asked.body.includes('[[[[') && answerWith(answered, 500))),
  ),
  fault('T21-5.5-23', 'references must resolve', () =>
    onPost((answered, asked) => {
      if (postedOf(asked).some(({ type }) => type === 'relationship'))
        tamper(answered, asked, (status) => ({
          ...status,
          success_count: 0,
          failure_count: 1,
          successes: undefined,
          failures: [{ id: 'x', version: 'x' }],
        }));
    }),
  ),
  fault('T21-5.5-10', 'anybody may add', () =>
    onPost((answered) => void (answered.status === 401 && answerWith(answered, 202, {}))),
  ),
  fault('T21-5-03', 'a collection that may not be written takes objects', () =>
    onPost((answered) => void (answered.status === 403 && answerWith(answered, 202, {}))),
  ),
  fault('T21-5-05', 'the body is looked at before the right', () =>
    onPost(
      (answered, asked) => void (answered.status === 403 && asked.body.toString() === '{' && answerWith(answered, 400)),
    ),
  ),
  fault('T21-3.1-09', 'a Content-Type without version is 415', () =>
    onPost(
      (answered, asked) =>
        void (headerOf(asked, 'content-type') === 'application/taxii+json' && answerWith(answered, 415)),
    ),
  ),
  fault('T21-3.1-12', 'what gets 406 is stored all the same', () => {
    const taken = new Map<string, Body>();
    return {
      answered(answered, asked) {
        if (asked.method === 'POST' && answered.status === 406)
          for (const each of postedOf(asked)) taken.set(each.id, each);
        const id = [...taken.keys()].find((each) => asked.path.includes(each));
        if (id !== undefined && asked.method === 'GET') answerWith(answered, 200, { objects: [taken.get(id)] });
      },
    };
  }),
  fault('T21-4.2.1-06', 'bodies above half of max_content_length are refused', () =>
    onPost((answered, asked) => void (asked.body.length > 5000 && answerWith(answered, 413))),
  ),
  fault('T21-4.2.1-07', 'bodies above max_content_length are taken', () =>
    onPost((answered) => void (answered.status === 413 && answerWith(answered, 202, {}))),
  ),
  fault('T21-4.2.1-08', 'characters are counted', () =>
    onPost((answered, asked) => void (asked.body.includes('日') && answerWith(answered, 422))),
  ),
  fault('T21-1.6.7-02', 'bytes that are no UTF-8 are taken', () =>
    onPost(
      (answered, asked) =>
        void (asked.body.includes(0xe9) && answered.status === 400 && answerWith(answered, 202, { failure_count: 0 })),
    ),
  ),
  fault('T21-1.6.7-03', 'strings are changed', () =>
    inBody(['object', 'objects'], (body) => ({
      ...body,
      ...(body.objects && {
        objects: body.objects.map((each: Body) => ({ ...each, name: each.name?.normalize('NFD') })),
      }),
    })),
  ),
  fault('T21-1.6.7-03', 'lists are sorted', () =>
    inBody(['object', 'objects'], (body) => ({
      ...body,
      ...(body.objects && {
        objects: body.objects.map((each: Body) => (each.labels ? { ...each, labels: each.labels.toSorted() } : each)),
      }),
    })),
  ),
  fault('T21-1.6.10-01', 'anything is stored', () =>
    onPost(
      (answered, asked) =>
        void (
          asked.body.includes('hello') &&
          tamper(answered, asked, (status) => ({ ...status, success_count: 1, failure_count: 0 }))
        ),
    ),
  ),
  fault('T21-5.2.1-12', 'an object of STIX 2.0 is taken by a collection of STIX 2.1', () =>
    inBody(['collections', 'collection'], (body) => {
      const narrow = (each: Body): Body => ({ ...each, media_types: ['application/stix+json;version=2.1'] });
      return body.collections ? { collections: body.collections.map(narrow) } : narrow(body);
    }),
  ),
  fault('T21-3.4.1-14', 'an object without modified is not found by created', () =>
    inBody(['objects', 'manifest'], (body, asked) => (asked.path.includes('match[version]=2020-01-05') ? {} : body)),
  ),
  fault('T21-3.4.1-21', 'versions are compared as texts', () =>
    inBody(['object'], (body) => ({
      ...body,
      objects: body.objects?.map((each: Body) => ({ ...each, modified: each.modified?.replace('500001Z', '500Z') })),
    })),
  ),
  fault('T21-7.1.1-07', 'a custom property breaks the server', () =>
    onPost((answered, asked) => void (asked.body.includes('x_conformance_test') && answerWith(answered, 500))),
  ),
];

function inLatest(latest: ReadonlyMap<string, Body>) {
  return (answered: Answered, asked: Asked): void => {
    if (asked.kind === 'object' && asked.method === 'GET' && answered.status === 200)
      tamper(answered, asked, (body) => ({
        ...body,
        objects: body.objects?.map((each: Body) => latest.get(each.id) ?? each),
      }));
  };
}

/** Objects are served from a copy when the hub has them no more. */
function _served(where: (asked: Asked) => boolean) {
  const copies = new Map<string, Body>();
  return {
    asked(asked: Asked) {
      if (asked.method === 'POST') for (const each of postedOf(asked)) copies.set(each.id, each);
    },
    answered(answered: Answered, asked: Asked) {
      const id = [...copies.keys()].find((each) => asked.path.includes(each));
      if (id !== undefined && asked.method === 'GET' && answered.status === 404 && where(asked))
        answerWith(answered, 200, { objects: [copies.get(id)] });
    },
  };
}
