import { dirname } from 'node:path';
import { hashPassword, isPasswordHash, verifyPassword } from '../auth/secrets.ts';
import type { Environment } from '../config.ts';
import type { HubDeps } from '../sharing/admin.ts';

/** What applying a hub file needs beside the store. */
export function hubDeps(file: string, environment: Environment): HubDeps {
  return {
    secrets: { environment: (name) => environment[name], directory: dirname(file), isHash: isPasswordHash },
    hashPassword,
    verifyPassword,
  };
}
