/** What signs in at the other server, beside a client certificate. */
export type ClientAuth =
  | { readonly user: string; readonly password: string }
  /** Sent as `Authorization: Bearer …`, or as another scheme. */
  | { readonly token: string; readonly scheme?: string };

/** Value of the header `Authorization`. */
export function authorization(auth: ClientAuth | undefined): string | undefined {
  if (auth === undefined) return undefined;
  if ('token' in auth) return `${auth.scheme ?? 'Bearer'} ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.user}:${auth.password}`, 'utf8').toString('base64')}`;
}
