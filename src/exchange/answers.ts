import { errors } from 'undici';
import { AppError, type ErrorCode } from '../errors.ts';
import { harmless } from '../observe/harmless.ts';
import { shown } from './urls.ts';

/** What an answer with an error status means. @param body as far as it could be read */
export function refusalOf(url: URL, status: number, body: string, afterMs: number | undefined): AppError {
  const said = saidBy(body);
  const answer = `${shown(url)} answered ${status}${said === undefined ? '' : `: ${said}`}`;
  return new AppError(codeOf(status), {
    description: `${answer}${/[.!?]$/.test(answer) ? '' : '.'}`,
    details: {
      url: shown(url),
      status,
      ...(afterMs === undefined ? {} : { retry_after_seconds: Math.ceil(afterMs / 1000) }),
    },
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'remote.credentials';
  if (status === 404 || status === 410) return 'remote.not-found';
  if (status === 429 || status === 503) return 'remote.busy';
  return status >= 500 ? 'remote.failed' : 'remote.refused';
}

/** Title and description of an error resource, as text that may stand in a log. Source: TAXII 2.1 §3.6.1 */
function saidBy(body: string): string | undefined {
  try {
    const { title, description } = JSON.parse(body) as { readonly title?: unknown; readonly description?: unknown };
    const parts = [title, description].filter((part) => typeof part === 'string' && part !== '') as string[];
    return parts.length === 0 ? undefined : harmless(parts.join('. '));
  } catch {
    return undefined;
  }
}

/** What is told of a request that got no answer, or not all of one. */
export function unreachable(url: URL, error: unknown): AppError {
  return new AppError('remote.unreachable', {
    description: `${shown(url)} cannot be reached: ${causeOf(error)}.`,
    details: { url: shown(url) },
    cause: error,
  });
}

function causeOf(error: unknown): string {
  if (error instanceof errors.ConnectTimeoutError) return 'no connection came about in time';
  if (error instanceof errors.HeadersTimeoutError) return 'it did not begin to answer in time';
  if (error instanceof errors.BodyTimeoutError) return 'its answer stopped coming';
  if (error instanceof Error && error.name === 'TimeoutError') return 'its answer took too long';
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const known = code === undefined ? undefined : CAUSES[code];
  if (known !== undefined) return known;
  // Several addresses were tried.
  const message =
    error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join(', ') : error.message;
  return harmless(message === '' ? String(code ?? error.name) : message).replace(/\.$/, '');
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved just now',
  UND_ERR_SOCKET: 'the connection broke',
  ECONNRESET: 'the connection broke',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: give its authority as "ca"',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted here: give it as "ca"',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that is not trusted here: give it as "ca"',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** Failures before the first octet of a request was sent: it is safe to send it again, whatever it does. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Certificates do not mend themselves in a moment. */
const LASTING = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|HOSTNAME_MISMATCH)/;

/** Whether another try may do better. @param repeatable the request may be sent twice without harm */
export function mayPass(error: unknown, repeatable: boolean): boolean {
  const code = codeIn(error);
  if (LASTING.test(code)) return false;
  return repeatable || NOT_SENT.has(code);
}

function codeIn(error: unknown): string {
  if (error instanceof AggregateError) return codeIn(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
