import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * What the paths of API roots are put behind: the public URL, else the scheme, host and port that the caller used
 * (forwarded ones count from trusted proxies only). Empty, which makes the URLs relative, when the caller named no host
 * that can stand in a URL.
 * Source: TAXII 2.1 §4.1.1
 */
export function baseUrl(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  const { host, protocol } = request;
  if (!HOST.test(host) || (protocol !== 'http' && protocol !== 'https')) return '';
  return `${protocol}://${host}`;
}

/** Source: RFC 3986 §3.2.2 */
const HOST_FIELD = /^(?:(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;

/**
 * What is wrong with the Host header of a request.
 * Source: RFC 9112 §3.2
 */
export function hostFault({ rawHeaders, headers, httpVersion }: IncomingMessage): string | undefined {
  const host = headers.host ?? authorityOf(headers);
  if (host === undefined) return httpVersion === '1.0' ? undefined : 'An HTTP/1.1 request has a Host header.';
  if (rawHeaders.filter((name, i) => i % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length > 1)
    return 'A request has one Host header.';
  // Both may come, but must not contradict each other. Source: RFC 9113 §8.3.1
  if ((authorityOf(headers) ?? host) !== host) return 'The Host header differs from :authority.';
  return HOST_FIELD.test(host) ? undefined : 'The Host header holds no host and port.';
}

/** What HTTP/2 has in place of the Host header. */
function authorityOf(headers: IncomingMessage['headers']): string | undefined {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? authority : undefined;
}
