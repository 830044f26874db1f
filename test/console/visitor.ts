import assert from 'node:assert/strict';
import type { Hub } from '../http/hub.ts';

export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A browser without scripts: it keeps cookies and sends forms as the pages have them. */
export class Visitor {
  readonly #hub: Hub;
  readonly cookies = new Map<string, string>();
  readonly headers: Record<string, string> = {};

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  get(path: string): Promise<Shown> {
    return this.#ask('GET', path);
  }

  /** Sends fields without any token but one among them. */
  post(path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#ask('POST', path, new URLSearchParams(fields).toString(), headers);
  }

  /** Sends fields as a page would that has been opened before. */
  async send(path: string, fields: Readonly<Record<string, string>>, page = '/console/'): Promise<Shown> {
    return this.post(path, { ...fields, token: tokenIn(await this.get(page)) });
  }

  async signIn(user: string, password = `${user}-password`): Promise<Shown> {
    return this.send('/console/sign-in/', { user, password }, '/console/sign-in/');
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    payload?: string,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#hub.app.inject({
      method,
      url: path,
      headers: {
        ...this.headers,
        ...(cookie === '' ? {} : { cookie }),
        ...(payload === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    return { status: answer.statusCode, headers: answer.headers as Shown['headers'], text: answer.payload };
  }
}

export function tokenIn({ text }: Shown): string {
  const token = /name="token" value="([^"]+)"/.exec(text)?.[1];
  assert.ok(token, `no form with a token in:\n${text.slice(0, 500)}`);
  return token;
}

/** Somebody who has signed in. */
export async function visitor(hub: Hub, user: string): Promise<Visitor> {
  const one = new Visitor(hub);
  const { status, headers } = await one.signIn(user);
  assert.equal(status, 303);
  assert.equal(headers.location, '/console/');
  return one;
}

/** Hidden fields of the first form on a page. */
export function fieldsIn({ text }: Shown): Record<string, string> {
  const form = /<form[^>]*class="confirm"[\s\S]*?<\/form>/.exec(text)?.[0] ?? '';
  const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]));
}
