import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createLogger } from '../../src/observe/log.ts';
import { gatherLines } from '../../src/observe/log-lines.ts';

test('lines gather, keep their order and go out together', async () => {
  const written: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const logger = createLogger(
    'info',
    gatherLines({
      write(text) {
        written.push(text);
        resolve();
      },
    }),
  );
  for (const n of [1, 2, 3]) logger.info({ n }, 'line');
  assert.deepEqual(written, []);
  await promise;
  assert.equal(written.length, 1);
  const lines = (written[0] ?? '').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).n),
    [1, 2, 3],
  );
});

test('the flush of the logger hands on what has gathered, and much does not wait', () => {
  const written: string[] = [];
  const lines = gatherLines({ write: (text) => written.push(text) });
  const logger = createLogger('info', lines);
  logger.info('one');
  logger.flush();
  assert.match(written.join(), /one/);
  lines.write(`${'x'.repeat(100_000)}\n`);
  assert.equal(written.length, 2);
});

test('nothing is lost when the process ends by an exception or by process.exit', () => {
  const module = new URL('../../src/observe/log-lines.ts', import.meta.url).href;
  for (const end of ['process.exit(3)', "throw new Error('end')"]) {
    const script = `import { gatherLines } from '${module}'; gatherLines(process.stdout).write('last line\\n'); ${end};`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    assert.equal(stdout, 'last line\n', end);
  }
});
