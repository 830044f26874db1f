import type { Authenticator } from '../../src/auth/authenticate.ts';
import type { SignIn } from '../../src/auth/presented.ts';
import { AppError } from '../../src/errors.ts';
import type { Catalogue, Principal } from '../../src/sharing/model.ts';
import { type Micros, parseInstant } from '../../src/time.ts';

export const basic = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

export const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

export const NOW = instant('2026-06-01T12:00:00Z');

export function instant(text: string): Micros {
  return parseInstant(text) ?? Number.NaN;
}

/** Signs in from one address, at one instant, unless another is given. */
export async function signIn(
  authenticator: Authenticator,
  brought: Partial<SignIn>,
  catalogue: Catalogue,
  now: Micros = NOW,
): Promise<Principal> {
  return (await authenticator.authenticate({ address: '192.0.2.1', ...brought }, catalogue, now)).principal;
}
