import { answerWith, type Body, type Fault, fault, headerOf, inBody, inQuery } from './tools.ts';

/** Faults of pages, order, dates. */

const FIRST = 'x-taxii-date-added-first';
const LAST = 'x-taxii-date-added-last';

const reversed = inBody(['objects', 'manifest'], (body) => ({
  ...body,
  ...(body.objects && { objects: body.objects.toReversed() }),
}));

export const PAGING: readonly Fault[] = [
  fault('T21-3.3-01', 'pages are in descending order', () => reversed),
  fault('T21-3.3-02', 'objects are ordered by modified', () =>
    inBody(['objects', 'manifest'], (body) => {
      const key = (each: Body): string => String(each.modified ?? each.version ?? each.created ?? '');
      return body.objects
        ? { ...body, objects: body.objects.toSorted((a: Body, b: Body) => (key(a) < key(b) ? -1 : 1)) }
        : body;
    }),
  ),
  fault('T21-3.3-03', 'collections come in another order each time', () => {
    let turn = 0;
    return inBody(['collections'], (body) => {
      turn += 1;
      return { collections: [...body.collections.slice(turn % 3), ...body.collections.slice(0, turn % 3)] };
    });
  }),
  fault(
    'T21-3.3-04',
    'entries of one second share a date_added',
    () =>
      inBody(['manifest'], (body) => ({
        ...body,
        ...(body.objects && {
          objects: body.objects.map((each: Body) => ({
            ...each,
            date_added: `${each.date_added.slice(0, 17)}00.000000Z`,
          })),
        }),
      })),
    true,
  ),
  fault('T21-3.5-01', 'pages of versions lose an entry', () =>
    inBody(['versions'], (body, asked) =>
      asked.path.includes('next=') ? { ...body, versions: body.versions?.slice(1) } : body,
    ),
  ),
  fault('T21-3.5-04', 'the header of the last date is that of the collection', () => ({
    answered(answered) {
      if (answered.headers[LAST] !== undefined) answered.headers[LAST] = '2099-01-01T00:00:00.000000Z';
    },
  })),
  fault('T21-3.5-04', 'the header of the last date is cut to seconds', () => ({
    answered(answered) {
      const last = answered.headers[LAST];
      if (last !== undefined) answered.headers[LAST] = `${last.slice(0, 19)}.000000Z`;
    },
  })),
  fault('T21-3.5-08', 'next works once', () => {
    const used = new Set<string>();
    return {
      answered(answered, asked) {
        const next = new URLSearchParams(asked.path.split('?')[1]).get('next');
        if (next === null) return;
        if (used.has(next)) answerWith(answered, 400);
        used.add(next);
      },
    };
  }),
  fault('T21-3.5-09', 'with next the limit is that of the first page', () =>
    inQuery((query) => {
      if (query.has('next')) query.set('limit', '1');
    }),
  ),
  fault('T21-3.2-06', 'the date of the first entry is missing', () => ({
    answered: (answered) => void delete answered.headers[FIRST],
  })),
  fault('T21-3.2-07', 'the date of the last entry is missing', () => ({
    answered: (answered) => void delete answered.headers[LAST],
  })),
  fault('T21-3.2-08', 'dates in headers have milliseconds', () => ({
    answered(answered) {
      for (const name of [FIRST, LAST])
        if (answered.headers[name]) answered.headers[name] = `${answered.headers[name]?.slice(0, 23)}Z`;
    },
  })),
  fault('T21-3.2-09', 'the date headers are swapped', () => ({
    answered(answered) {
      const { headers } = answered;
      const [first, last] = [headers[FIRST], headers[LAST]];
      if (first !== undefined && last !== undefined) [headers[FIRST], headers[LAST]] = [last, first];
    },
  })),
  fault('T21-2-09', 'dates are written with an offset', () =>
    inBody(['manifest'], (body) => ({
      ...body,
      objects: body.objects?.map((each: Body) => ({ ...each, date_added: each.date_added.replace('Z', '+00:00') })),
    })),
  ),
  fault('T21-5.3-04', 'the manifest has lost an entry', () =>
    inBody(['manifest'], (body) => (body.objects?.length > 2 ? { ...body, objects: body.objects.slice(1) } : body)),
  ),
  fault(
    'T21-5.3.1-03',
    'the manifest has one record for an object',
    () =>
      inBody(['manifest'], (body) =>
        body.objects
          ? {
              ...body,
              objects: body.objects.filter(
                (each: Body, i: number, all: Body[]) => all.findLastIndex((other) => other.id === each.id) === i,
              ),
            }
          : body,
      ),
    true,
  ),
  fault(
    'T21-5.3.1-06',
    'the version in the manifest is the date added',
    () =>
      inBody(['manifest'], (body) => ({
        ...body,
        objects: body.objects?.map((each: Body) => ({ ...each, version: each.date_added })),
      })),
    true,
  ),
  fault('T21-5.3.1-08', 'the media type in the manifest is not one of the collection', () =>
    inBody(['manifest'], (body) => ({
      ...body,
      objects: body.objects?.map((each: Body) => ({ ...each, media_type: 'application/vnd.oasis.stix+json' })),
    })),
  ),
  fault('T21-5.4-03', 'nothing found is 404', () => ({
    answered(answered, asked) {
      if (
        asked.kind === 'objects' &&
        asked.method === 'GET' &&
        answered.status === 200 &&
        !answered.body.includes('objects')
      )
        answerWith(answered, 404);
    },
  })),
  fault('T21-5.6-01', 'an object by its id comes in every version', () => ({
    asked(asked) {
      if (asked.kind === 'object' && asked.method === 'GET' && !asked.path.includes('?'))
        asked.path += '?match[version]=all';
    },
  })),
  fault('T21-5.6-04', 'an unknown object is an empty envelope', () => ({
    answered(answered, asked) {
      if (asked.kind === 'object' && asked.method === 'GET' && answered.status === 404) answerWith(answered, 200, {});
    },
  })),
  fault('T21-5.6-05', 'an object of which nothing is selected is 404', () => ({
    answered(answered, asked) {
      if (asked.kind === 'object' && answered.status === 200 && !answered.body.includes('objects'))
        answerWith(answered, 404);
    },
  })),
  fault('T21-5.8-01', 'versions lists the latest only', () =>
    inBody(['versions'], (body) => ({ ...body, versions: body.versions?.slice(-1) })),
  ),
  fault('T21-5.8.1-03', 'versions are rounded to seconds', () =>
    inBody(['versions'], (body) => ({
      ...body,
      versions: body.versions?.map((each: string) => each.replace(/:\d\d\.\d+Z/, ':59Z')),
    })),
  ),
  fault('T21-5.8-05', 'versions of an unknown object are an empty list', () => ({
    answered(answered, asked) {
      if (asked.kind === 'versions' && answered.status === 404) answerWith(answered, 200, {});
    },
  })),
  fault('T21-B-01', 'next wins over added_after', () =>
    inQuery((query) => {
      if (query.has('next')) query.delete('added_after');
    }),
  ),
  fault('T21-D-02', 'Range is answered with a part', () => ({
    answered(answered, asked) {
      if (headerOf(asked, 'range') !== undefined && answered.status === 200) answered.status = 206;
    },
  })),
  fault('T21-D-03', 'HEAD is refused', () => ({
    answered(answered, asked) {
      if (asked.method === 'HEAD') answerWith(answered, 405);
    },
  })),
  fault('T21-D-09', 'dates added lie in the future', () =>
    inBody(['manifest'], (body) => ({
      ...body,
      objects: body.objects?.map((each: Body) => ({
        ...each,
        date_added: `2${Number(each.date_added.slice(1, 4)) + 100}${each.date_added.slice(4)}`,
      })),
    })),
  ),
];
