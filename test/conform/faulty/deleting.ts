import type { ServerResponse } from 'node:http';
import type { Answered, Asked } from './proxy.ts';
import { answerWith, type Body, type Fault, fault, headerOf, inBody, inQuery, inStatus, tamper } from './tools.ts';

/** Faults of adding, statuses and deleting. */

function onDelete(act: (answered: Answered, asked: Asked) => void) {
  return {
    answered(answered: Answered, asked: Asked) {
      if (asked.method === 'DELETE') act(answered, asked);
    },
  };
}

function postedOf({ body }: Asked): Body[] {
  try {
    const { objects } = JSON.parse(body.toString());
    return Array.isArray(objects) ? objects : [];
  } catch {
    return [];
  }
}

export const DELETING: readonly Fault[] = [
  fault('T21-4.3-01', 'a status has another id when it is fetched', () =>
    inBody(['status'], (body) => ({ ...body, id: '3c1f0b7e-6f0c-4a2b-9d55-0f6f1c3f8a11' })),
  ),
  fault('T21-4.3-03', 'an unknown status is an empty object', () => ({
    answered(answered, asked) {
      if (asked.kind === 'status' && answered.status === 404) answerWith(answered, 200, {});
    },
  })),
  fault('T21-4.3-06', 'anybody may read a status', () => {
    let known = '';
    return {
      answered(answered, asked) {
        if (asked.kind !== 'status') return;
        if (answered.status === 200) known = answered.body.toString();
        else if (answered.status === 401 && known !== '') answerWith(answered, 200, JSON.parse(known));
      },
      asked(asked) {
        if (asked.kind === 'status' && headerOf(asked, 'authorization') === undefined)
          asked.headers.push(['Authorization', `Basic ${Buffer.from('alice:alice-password').toString('base64')}`]);
      },
    };
  }),
  fault('T21-2-02', 'the id of a status is a number', () => inStatus((status) => ({ ...status, id: '17' }))),
  fault('T21-4.3.1-02', 'a status is done', () => inStatus((status) => ({ ...status, status: 'done' }))),
  fault('T21-4.3.1-03', 'a complete status changes', () => {
    let turn = 0;
    return inBody(['status'], (body) => ({
      ...body,
      request_timestamp: `2026-01-01T00:00:00.00000${turn++ % 10}Z`,
    }));
  }),
  fault('T21-4.3.1-04', 'request_timestamp has milliseconds', () =>
    inStatus((status) => ({ ...status, request_timestamp: `${status.request_timestamp.slice(0, 23)}Z` })),
  ),
  fault('T21-4.3.1-04', 'request_timestamp is of long ago', () =>
    inStatus((status) => ({ ...status, request_timestamp: '2020-01-01T00:00:00.000000Z' })),
  ),
  fault('T21-4.3.1-05', 'total_count leaves out what failed', () =>
    inStatus((status) => ({ ...status, total_count: status.success_count, failure_count: 0, failures: undefined })),
  ),
  fault('T21-4.3.1-06', 'a status is complete with a total of 0', () =>
    inStatus((status) => ({ ...status, total_count: 0 })),
  ),
  fault('T21-4.3.1-07', 'counts are null', () => inStatus((status) => ({ ...status, pending_count: null }))),
  fault('T21-4.3.1-07', 'a count is missing', () => inStatus(({ failure_count: _count, ...status }) => status)),
  fault('T21-4.3.1-08', 'counts do not add up', () =>
    inStatus((status) => ({ ...status, success_count: status.success_count + 1 })),
  ),
  fault('T21-4.3.1-09', 'a status is complete while objects are pending', () =>
    inStatus((status) => ({ ...status, total_count: status.total_count + 1, pending_count: 1 })),
  ),
  fault('T21-4.3.1-10', 'a list is shorter than its count', () =>
    inStatus((status) => ({ ...status, successes: status.successes?.slice(1) })),
  ),
  fault('T21-4.3.1-11', 'entries have no id', () =>
    inStatus((status) => ({ ...status, successes: status.successes?.map(({ id: _id, ...each }: Body) => each) })),
  ),
  fault('T21-4.3.1-12', 'an entry has created as its version', () =>
    inStatus((status) => ({
      ...status,
      successes: status.successes?.map((each: Body) => ({ ...each, version: '2019-01-01T00:00:00.000Z' })),
    })),
  ),
  fault('T21-4.3.1-13', 'a status gives an object without dates another version', () =>
    inStatus((status) => ({
      ...status,
      successes: status.successes?.map((each: Body) => ({
        ...each,
        version: each.id.startsWith('domain') ? '1970-01-01T00:00:00.000000Z' : each.version,
      })),
    })),
  ),
  fault('T21-4.3.1-14', 'a failure shows a stack trace', () =>
    inStatus((status) => ({
      ...status,
      failures: status.failures?.map((each: Body) => ({ ...each, message: 'Error: x\n    at store (store.js:1:1)' })),
    })),
  ),
  fault('T21-3.5-05', 'a following page that is empty is 404', () => ({
    answered(answered, asked) {
      if (asked.path.includes('next=') && answered.status === 200 && !answered.body.includes('objects'))
        answerWith(answered, 404);
    },
  })),
  fault('T21-3.5-06', 'next shows what was there when the first page was asked for', () => {
    let late = '';
    return inBody(['objects'], (body, asked) => {
      if (asked.method !== 'GET') return body;
      if (!asked.path.includes('next='))
        late =
          asked.path
            .match(/match\[id\]=([^&]*)/)?.[1]
            ?.split(',')
            .at(-1) ?? '';
      else if (body.objects?.some(({ id }: Body) => id === late)) return {};
      return body;
    });
  }),
  fault('T21-3.5-07', 'a deletion shifts the pages', () => {
    let deleted = false;
    return {
      asked(asked) {
        if (asked.method === 'DELETE') deleted = true;
      },
      answered(answered, asked) {
        if (deleted && asked.method === 'GET' && asked.path.includes('next=') && answered.status === 200)
          tamper(answered, asked, ({ objects, ...body }) => ({
            ...body,
            ...(objects?.length > 1 ? { objects: objects.slice(1) } : {}),
          }));
      },
    };
  }),
  fault('T21-5.7-01', '204 for 200', () =>
    onDelete((answered) => {
      if (answered.status !== 200) return;
      answered.status = 204;
      answered.body = Buffer.alloc(0);
    }),
  ),
  fault('T21-5.7-02', 'a deletion where nothing may be done is 403', () =>
    onDelete((answered) => void (answered.status === 404 && answerWith(answered, 403))),
  ),
  fault('T21-5.7-03', 'match[version] of a deletion is ignored', () =>
    inQuery((query) => query.delete('match[version]'), ['DELETE']),
  ),
  fault('T21-5.7-04', 'first of a deletion is the last', () =>
    inQuery(
      (query) => void (query.get('match[version]') === 'first' && query.set('match[version]', 'last')),
      ['DELETE'],
    ),
  ),
  fault('T21-5.7-06', 'a deleted object is still served', () => served((asked) => asked.kind === 'object')),
  fault('T21-5.7-07', 'a deleted object is still listed', () => {
    const gone = new Set<string>();
    return {
      answered(answered, asked) {
        const id = asked.path.split('/objects/')[1]?.split('/')[0];
        if (asked.method === 'DELETE' && id !== undefined) gone.add(id);
        else if (asked.kind === 'manifest' && [...gone].some((each) => asked.path.includes(each)))
          answerWith(answered, 200, {
            objects: [...gone].map((each) => ({
              id: each,
              date_added: '2026-01-01T00:00:00.000000Z',
              version: '2019-01-01T00:00:00.000Z',
            })),
          });
      },
    };
  }),
  fault('T21-5.7-09', 'deleting twice is 200', () =>
    onDelete((answered) => void (answered.status === 404 && answerWith(answered, 200, {}))),
  ),
  fault('T21-5.7-10', 'the latest version cannot be uncovered', () => ({
    answered(answered, asked) {
      if (asked.kind === 'object' && asked.method === 'GET')
        tamper(answered, asked, (body) => ({
          ...body,
          objects: body.objects?.map((each: Body) => ({ ...each, modified: '2021-01-01T00:00:00.000Z' })),
        }));
    },
  })),
  fault('T21-5.7-11', 'what was deleted and added again keeps its place', () =>
    inBody(['manifest'], (body, asked) =>
      asked.path.includes(',') && body.objects?.length === 2 ? { ...body, objects: body.objects.toReversed() } : body,
    ),
  ),
  fault('T21-5.7-12', 'an unknown parameter of a deletion is ignored', () =>
    inQuery((query) => query.delete('match[verison]'), ['DELETE']),
  ),
  fault('T21-D-14', 'half an upload is stored', () => {
    const broken = new Set<string>();
    return {
      instead(asked, response: ServerResponse) {
        const [id] = asked.path.match(/indicator--[0-9a-f-]{36}/) ?? [];
        if (asked.kind !== 'object' || id === undefined || asked.method !== 'GET' || broken.has(id)) return false;
        broken.add(id);
        response
          .writeHead(200, { 'content-type': 'application/taxii+json;version=2.1' })
          .end(JSON.stringify({ objects: [{ type: 'indicator', id }] }));
        return true;
      },
    };
  }),
];

/** Objects are served from a copy when the hub has them no more. */
function served(where: (asked: Asked) => boolean) {
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
