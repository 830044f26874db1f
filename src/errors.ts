/**
 * Every failure that a caller can be told about has one code in this table. The code is stable and machine readable
 * (`error_code` in TAXII error resources), the title is for people, the status is what HTTP answers with.
 * docs/errors.md lists the same table; a test compares them.
 */
export const ERROR_CODES = {
  'accept.unsupported': { status: 406, title: 'None of the accepted media types can be served' },
  'address.unavailable': { status: 500, title: 'The address cannot be listened on' },
  'auth.required': { status: 401, title: 'Authentication is required' },
  'auth.invalid': { status: 401, title: 'The credentials are not valid' },
  'auth.too-many-attempts': { status: 429, title: 'Credentials were wrong too often' },
  'body.encoding': { status: 415, title: 'The content encoding is not supported' },
  'body.interrupted': { status: 400, title: 'The request body ended too early' },
  'body.invalid': { status: 400, title: 'The request body is not acceptable JSON' },
  'body.media-type': { status: 415, title: 'The content type is not supported' },
  'body.too-large': { status: 413, title: 'The request body is too large' },
  'body.unprocessable': { status: 422, title: 'The request body is not a TAXII envelope that can be processed' },
  'catalogue.changed': { status: 409, title: 'The configuration was changed by somebody else meanwhile' },
  'config.invalid': { status: 500, title: 'The configuration is not valid' },
  'cursor.invalid': { status: 400, title: 'The value of next was not issued by this server or is damaged' },
  'database.damaged': { status: 500, title: 'The database is damaged' },
  'database.newer': { status: 500, title: 'The database was made by a newer version of the program' },
  'database.unavailable': { status: 503, title: 'The database cannot be reached' },
  'feed.busy': { status: 409, title: 'The feed is run by somebody else' },
  'file.unreadable': { status: 500, title: 'A file cannot be read or written' },
  internal: { status: 500, title: 'The server failed to answer' },
  'method.not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-found': { status: 404, title: 'There is nothing at this address, or it is not visible to you' },
  'permission.denied': { status: 403, title: 'The agreement does not permit this' },
  'query.invalid': { status: 400, title: 'A query parameter is malformed' },
  'rate.limited': { status: 429, title: 'Too many requests' },
  'remote.address': { status: 502, title: 'The address of the other server is not allowed' },
  'remote.busy': { status: 503, title: 'The other server asks to come back later' },
  'remote.credentials': { status: 502, title: 'The other server does not accept the credentials' },
  'remote.failed': { status: 502, title: 'The other server failed to answer' },
  'remote.invalid': { status: 502, title: 'The answer of the other server cannot be used' },
  'remote.not-found': { status: 502, title: 'The other server has nothing at this address' },
  'remote.paging': { status: 502, title: 'The other server does not say how its list goes on' },
  'remote.redirected': { status: 502, title: 'The other server redirects to somewhere else' },
  'remote.refused': { status: 502, title: 'The other server refuses the request' },
  'remote.unreachable': { status: 502, title: 'The other server cannot be reached' },
  'request.invalid': { status: 400, title: 'The request is malformed' },
  'request.header-too-large': { status: 431, title: 'The request line or a header field is too large' },
  'request.timeout': { status: 408, title: 'The request took too long to arrive' },
  'server.busy': { status: 503, title: 'The server has too much to do right now' },
  'target.unusable': { status: 502, title: 'The server to be checked cannot be used' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions {
  /** What exactly was wrong, where, and what was expected; shown to the caller, so it never holds a secret or a foreign name. */
  readonly description?: string;
  /** Machine-readable particulars, shown to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The cause, for the log only. */
  readonly cause?: unknown;
  /** Extra response headers, `Retry-After` for instance. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error that crosses module borders. Anything else that is thrown is a fault of ours and becomes `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly description: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.description ?? ERROR_CODES[code].title, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.description = options.description;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  get title(): string {
    return ERROR_CODES[this.code].title;
  }
}
