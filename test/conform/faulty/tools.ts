import type { EndpointKind } from '../../../src/conform/endpoint.ts';
import type { Answered, Asked, Behaviour } from './proxy.ts';

/** A planted fault: what it is, the requirement that it breaks, and how it is done. */
export interface Fault {
  readonly name: string;
  readonly breaks: string;
  /** Anew for each run, since some remember what they saw. */
  readonly plant: () => Behaviour;
  /** It shows only where the suite writes. */
  readonly writes: boolean;
}

export function fault(breaks: string, name: string, plant: () => Behaviour, writes = false): Fault {
  return { breaks, name, plant, writes };
}

// biome-ignore lint/suspicious/noExplicitAny: faults tamper with bodies of every shape
export type Body = any;

/** Changes the JSON of successful answers of some endpoints. */
export function inBody(
  kinds: readonly EndpointKind[],
  change: (body: Body, asked: Asked, answered: Answered) => Body,
): Behaviour {
  return {
    answered(answered, asked) {
      if (answered.status < 300 && kinds.includes(asked.kind) && answered.body.length > 0)
        tamper(answered, asked, change);
    },
  };
}

export function tamper(
  answered: Answered,
  asked: Asked,
  change: (body: Body, asked: Asked, answered: Answered) => Body,
): void {
  let body: Body;
  try {
    body = JSON.parse(answered.body.toString());
  } catch {
    return;
  }
  const changed = change(body, asked, answered);
  answered.body = Buffer.from(JSON.stringify(changed === undefined ? body : changed));
}

/** Changes the query of requests. */
export function inQuery(
  change: (query: URLSearchParams, asked: Asked) => void,
  methods: readonly string[] = ['GET'],
): Behaviour {
  return {
    asked(asked) {
      if (!methods.includes(asked.method)) return;
      const [path = '', text = ''] = asked.path.split('?');
      const query = new URLSearchParams(text);
      change(query, asked);
      const rest = query.toString();
      asked.path = rest === '' ? path : `${path}?${rest}`;
    },
  };
}

export function headerOf({ headers }: Asked, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** Answers with a TAXII error, or with any other body. */
export function answerWith(
  answered: Answered,
  status: number,
  body: Body = { title: 'Planted', http_status: String(status) },
): void {
  answered.status = status;
  answered.body = Buffer.from(JSON.stringify(body));
  answered.headers['content-type'] = 'application/taxii+json;version=2.1';
  for (const name of ['x-taxii-date-added-first', 'x-taxii-date-added-last']) delete answered.headers[name];
}

export const STATUSES: readonly EndpointKind[] = ['status', 'objects'];
export const PAGES: readonly EndpointKind[] = ['objects', 'object', 'manifest', 'versions'];

/** Only bodies that are a status. */
export function inStatus(change: (status: Body, asked: Asked) => Body): Behaviour {
  return inBody(STATUSES, (body, asked) => (body.total_count === undefined ? body : change(body, asked)));
}
