import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { authorization, V21 } from './fixture.ts';
import { type Hub, real } from './hub.ts';

/** Requests and answers octet by octet, for what no HTTP client would send. */

/** A request head of alice that asks to close the connection; `fields` come in the order given and may repeat. */
export function head(method: string, path: string, ...fields: readonly string[]): string {
  return headWithout('Host: hub.example', method, path, ...fields);
}

/** The same with another Host field, or with none. */
export function headWithout(host: string, method: string, path: string, ...fields: readonly string[]): string {
  const all = [host, `Accept: ${V21}`, `Authorization: ${authorization('alice')}`, ...fields, 'Connection: close'];
  const target = path.includes('://') ? path : real(path);
  return `${method} ${target} HTTP/1.1\r\n${all.filter((field) => field !== '').join('\r\n')}\r\n\r\n`;
}

/** A POST of alice with its length. */
export function post(body: string, ...fields: readonly string[]): string {
  return (
    head('POST', 'objects/', `Content-Type: ${V21}`, `Content-Length: ${Buffer.byteLength(body)}`, ...fields) + body
  );
}

export interface WireAnswer {
  readonly status: number;
  readonly version: string;
  /** Names in lower case; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All answers that a connection brought, one after another. */
export function answersOf(text: string): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`This is no HTTP answer: ${rest.slice(0, 200)}`);
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    );
    const after = Buffer.from(rest.slice(end + 4));
    const length = Number(headers['content-length'] ?? 0);
    answers.push({
      status: Number(line.slice(9, 12)),
      version: line.slice(0, 8),
      headers,
      body: after.subarray(0, length).toString(),
    });
    rest = after.subarray(length).toString();
  }
  return answers;
}

/** A connection of which the server's end is known too. */
export interface Line {
  readonly client: Socket;
  /** The same connection in the server: its `bytesRead` says how much was taken from it. */
  readonly server: Socket;
  /** Everything received so far. */
  received(): string;
  closed(): Promise<void>;
}

export async function line(hub: Hub): Promise<Line> {
  const url = new URL(await hub.listen());
  const accepted = once(hub.app.server, 'connection') as Promise<[Socket]>;
  const client = connect(Number(url.port), url.hostname);
  const [server] = await accepted;
  let text = '';
  client.on('data', (data) => {
    text += data.toString();
  });
  client.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  return { client, server, received: () => text, closed: () => closed };
}
