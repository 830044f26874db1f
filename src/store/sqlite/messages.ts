import { AppError, type ErrorCode } from '../../errors.ts';

/** An error as it crosses between threads, where classes are lost. */
export type ErrorMessage =
  | {
      readonly code: ErrorCode;
      readonly description?: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: string;
    }
  | { readonly message: string; readonly stack?: string };

export function encodeError(error: unknown): ErrorMessage {
  if (error instanceof AppError) {
    const { code, description, details, cause } = error;
    return {
      code,
      ...(description === undefined ? {} : { description }),
      ...(details === undefined ? {} : { details }),
      ...(cause === undefined ? {} : { cause: String(cause) }),
    };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

export function decodeError(message: ErrorMessage): Error {
  if ('code' in message) {
    const { code, ...options } = message;
    return new AppError(code, options);
  }
  const error = new Error(message.message);
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}

/** A module beside this one, in the sources as in the published package. */
export function moduleUrl(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
