export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly type: string;
  readonly version: string | undefined;
}

/** The type and version that a Content-Type names, whatever its spelling. Source: RFC 9110 §8.3.1 */
export function mediaTypeOf(header: string | undefined): MediaType | undefined {
  if (header === undefined) return undefined;
  const [essence = '', ...parameters] = header.split(';').map((part) => part.trim());
  const version = parameters
    .map((part) => /^version\s*=\s*"?([^"]*)"?$/i.exec(part)?.[1])
    .find((value) => value !== undefined);
  return { type: essence.toLowerCase(), version };
}
