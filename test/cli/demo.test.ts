import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { entente, hubDirectory, temporary } from './program.ts';
import { Serving, shell, V21 } from './server.ts';

const start = (t: Parameters<typeof Serving.start>[0], data: string): Promise<Serving> =>
  Serving.start(t, ['demo', '--data', data, '--port', '0'], /^Ctrl\+C/);

const hasCurl = (): Promise<boolean> =>
  shell('curl --version').then(
    () => true,
    () => false,
  );

const printed = (hub: Serving, label: string): string | undefined =>
  hub.lines.find((line) => line.startsWith(label))?.replace(/^\w+ +/, '');

describe('entente demo, which npm start runs', () => {
  test('serves samples to a partner with a random password, and starts again with the same', async (t) => {
    const data = join(await temporary(t), 'data');
    const first = await start(t, data);
    const password = printed(first, 'Password');
    assert.equal((await readFile(join(data, 'demo-password'), 'utf8')).trim(), password);
    assert.equal((await stat(join(data, 'demo-password'))).mode & 0o777, 0o600);
    assert.equal(printed(first, 'Discovery'), `${first.url}/taxii2/`);
    assert.equal(printed(first, 'Console'), `${first.url}/console/`);
    assert.equal(printed(first, 'Operator'), 'ops');
    assert.equal((await first.get('/taxii2/', `vendor:${password}`)).status, 200);
    const curl = first.lines.find((line) => line.startsWith('curl ')) ?? '';
    const [, credentials, accept, url] = /^curl -u (\S+) -H '([^']+)' '([^']+)'$/.exec(curl) ?? [];
    assert.equal(credentials, `vendor:${password}`);
    assert.equal(accept, `Accept: ${V21}`);
    const polled = await first.get(url?.slice(first.url.length) ?? '', credentials);
    assert.equal(((await polled.json()) as { objects: unknown[] }).objects.length, 5);
    if (await hasCurl()) {
      const pasted = JSON.parse(await shell(curl.replace('curl', 'curl -sS'))) as { objects: unknown[] };
      assert.equal(pasted.objects.length, 5);
    }
    const trends = await first.get('/regional/collections/cybercrime-trends/objects/', `vendor:${password}`);
    assert.equal(((await trends.json()) as { objects: unknown[] }).objects.length, 7);
    assert.equal(await first.end('SIGINT'), 0);

    const second = await start(t, data);
    assert.equal(printed(second, 'Password'), password);
    const manifest = await second.get(
      '/regional/collections/threat-data/manifest/?match[version]=all',
      `vendor:${password}`,
    );
    const { objects } = (await manifest.json()) as { objects: { date_added: string }[] };
    assert.ok(objects.length > 500, 'a year and the samples');
    assert.ok(objects.every(({ date_added }, i) => i === 0 || date_added > (objects[i - 1]?.date_added ?? '')));
    assert.equal(await second.end('SIGTERM'), 0);
  });

  test('leaves a hub alone that it did not make', async (t) => {
    const { code, stderr } = await entente(['demo', '--data', await hubDirectory(t), '--port', '0']);
    assert.equal(code, 2);
    assert.match(stderr, /holds a hub that "entente demo" did not make/);
  });
});
