import { answerWith, type Body, type Fault, fault, headerOf, inBody, PAGES, tamper } from './tools.ts';

/** Faults of media types, headers, errors and the resources that describe the server. */

const OURS = 'application/taxii+json;version=2.1';

function typed(type: string, when: (status: number) => boolean) {
  return {
    answered: ({ status, headers }: { status: number; headers: Record<string, string> }) => {
      if (when(status)) headers['content-type'] = type;
    },
  };
}

function refusing(status: number, name: string, wrong: (value: string | undefined) => boolean) {
  return {
    answered(answered: Parameters<typeof answerWith>[0], asked: Parameters<typeof headerOf>[0]) {
      if (wrong(headerOf(asked, name))) answerWith(answered, status);
    },
  };
}

function inError(change: (body: Body) => Body) {
  return {
    answered(answered: Parameters<typeof tamper>[0], asked: Parameters<typeof tamper>[1]) {
      if (answered.status >= 400) tamper(answered, asked, change);
    },
  };
}

const success = (status: number): boolean => status < 300;
const isError = (status: number): boolean => status >= 400;

export const EXCHANGES: readonly Fault[] = [
  fault('T21-3.1-06', 'answers are application/json', () => typed('application/json', success)),
  fault('T21-3.1-06', 'the media type has no version', () => typed('application/taxii+json', success)),
  fault('T21-3.1-06', 'the media type is of TAXII 2.0', () =>
    typed('application/vnd.oasis.taxii+json; version=2.0', success),
  ),
  fault('T21-1.6.8.1-01', 'the media type is of STIX', () => typed('application/stix+json;version=2.1', success)),
  fault('T21-D-18', 'a charset follows the media type', () => typed(`${OURS}; charset=utf-8`, success)),
  fault('T21-3.6.1-06', 'errors are HTML', () => typed('text/html', isError)),
  fault('T21-3.1-02', 'resources come in a list', () => inBody(['collection', ...PAGES], (body) => [body])),
  fault('T21-3.1-08', 'a media type without version is 406', () =>
    refusing(406, 'accept', (value) => value === 'application/taxii+json'),
  ),
  fault('T21-3.1-08', 'a space before version is 406', () =>
    refusing(406, 'accept', (value) => value?.includes('; version') === true),
  ),
  fault('T21-3.1-08', 'a list in Accept is 406', () =>
    refusing(406, 'accept', (value) => value?.startsWith('text/html, ') === true),
  ),
  fault('T21-3.1-08', 'capitals in Accept are 406', () =>
    refusing(406, 'accept', (value) => /[A-Z]/.test(value ?? '')),
  ),
  fault('T21-3.1-10', 'another Accept breaks the server', () =>
    refusing(500, 'accept', (value) => value === 'text/html'),
  ),
  fault('T21-3.1-14', 'the server redirects', () => ({
    answered(answered, asked) {
      if (asked.kind === 'manifest') {
        answerWith(answered, 301);
        answered.headers.location = '/elsewhere/';
      }
    },
  })),
  fault('T21-3.1-16', 'q=0 is passed over', () => ({
    asked(asked) {
      for (const header of asked.headers)
        if (header[0].toLowerCase() === 'accept') header[1] = header[1].replace(/;q=0\b/, '');
    },
  })),
  fault('T21-3.2-02', 'the scheme must be written with a capital', () =>
    refusing(401, 'authorization', (value) => value !== undefined && !/^[A-Z][a-z]+ /.test(value)),
  ),
  fault('T21-3.2-04', 'a request without User-Agent is refused', () =>
    refusing(403, 'user-agent', (value) => value === undefined),
  ),
  fault('T21-3.4-08', 'answers have no Date', () => ({ answered: (answered) => void delete answered.headers.date })),
  fault('T21-3.6-01', 'a malformed query breaks the server', () => ({
    answered(answered) {
      if (answered.status === 400) answerWith(answered, 500);
    },
  })),
  fault('T21-3.6.1-01', 'errors have no title', () => inError(({ title: _title, ...rest }) => rest)),
  fault('T21-3.6.1-02', 'error_code is a number', () => inError((body) => ({ ...body, error_code: 42 }))),
  fault('T21-3.6.1-03', 'http_status is a number', () =>
    inError((body) => ({ ...body, http_status: Number(body.http_status) })),
  ),
  fault('T21-3.6.1-03', 'http_status is that of another error', () =>
    inError((body) => ({ ...body, http_status: '400' })),
  ),
  fault('T21-3.6.1-07', 'errors have a stack trace', () =>
    inError((body) => ({ ...body, description: 'Error\n    at serve (server.js:1:1)' })),
  ),
  fault('T21-1.5.1-01', 'properties are written in camel case', () =>
    inBody(['api-root'], (body) => ({ ...body, maxContentLength: 1 })),
  ),
  fault('T21-1.6.7-01', 'bodies begin with a byte order mark', () => ({
    answered(answered) {
      if (answered.body.length > 0) answered.body = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), answered.body]);
    },
  })),
  fault('T21-1.6.7-01', 'bodies are Latin-1', () =>
    inBytes((text) => Buffer.from(text.replace('{', '{"description":"é",'), 'latin1')),
  ),
  fault('T21-1.6.7-01', 'a member stands twice', () =>
    inBytes((text) => Buffer.from(text.replace('{', '{"title":"a","title":"b",'))),
  ),
  fault('T21-1.6.9-01', '404 for 401', () => ({
    answered(answered, asked) {
      if (answered.status === 401 && headerOf(asked, 'authorization') === undefined) answerWith(answered, 404);
    },
  })),
  fault('T21-1.6.9-01', 'a 401 has no challenge', () => ({
    answered: (answered) => void delete answered.headers['www-authenticate'],
  })),
  fault('T21-1.6.9-02', 'the challenge of a 401 is none', () => ({
    answered(answered) {
      if (answered.status === 401) answered.headers['www-authenticate'] = '=?';
    },
  })),
  fault('T21-5-01', 'wrong credentials are 403', () => ({
    answered(answered) {
      if (answered.status === 401) answerWith(answered, 403);
    },
  })),
  fault('T21-5-01', 'wrong credentials are let in', () => ({
    asked(asked) {
      for (const header of asked.headers)
        if (header[0].toLowerCase() === 'authorization')
          header[1] = `Basic ${Buffer.from('alice:alice-password').toString('base64')}`;
    },
  })),
  fault('T21-5-02', 'a collection that may not be read is empty', () => ({
    answered(answered, asked) {
      if (answered.status === 403 && asked.method === 'GET') answerWith(answered, 200, {});
    },
  })),
  fault('T21-6-01', 'channels are there', () => ({
    answered(answered, asked) {
      if (asked.path.endsWith('/channels/')) answerWith(answered, 200, {});
    },
  })),
  fault(
    'T21-D-04',
    'any method is answered',
    () => ({
      answered(answered) {
        if (answered.status === 405) answerWith(answered, 200, {});
      },
    }),
    true,
  ),
  fault('T21-D-04', 'a 405 has no Allow', () => ({ answered: (answered) => void delete answered.headers.allow }), true),
  fault('T21-D-06', 'anybody may cache', () => ({
    answered(answered) {
      answered.headers['cache-control'] = 'public, max-age=60';
      delete answered.headers.vary;
    },
  })),
  fault('T21-D-10', 'an unknown address is an HTML page', () => ({
    answered(answered) {
      if (answered.status !== 404) return;
      answered.body = Buffer.from('<html>Not found</html>');
      answered.headers['content-type'] = 'text/html';
    },
  })),
  fault('T21-D-12', 'a broken escape breaks the server', () => ({
    instead(asked, response) {
      if (!asked.path.includes('%zz')) return false;
      response.writeHead(500).end();
      return true;
    },
  })),
  fault('T21-D-17', 'a packed answer is not what it says', () => ({
    answered(answered, asked) {
      if (headerOf(asked, 'accept-encoding') === 'gzip') answered.headers['content-encoding'] = 'gzip';
    },
  })),
];

function inBytes(change: (text: string) => Buffer) {
  return {
    answered(answered: { status: number; body: Buffer }) {
      const text = answered.body.toString();
      if (answered.status === 200 && text.startsWith('{"')) answered.body = change(text);
    },
  };
}
