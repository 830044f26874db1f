/** Makes dist/ and sees that what was made runs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const main = join(dist, 'src/main.js');

rmSync(dist, { recursive: true, force: true });
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'));
// Served as they are; their types are for the compiler only.
cpSync(join(root, 'web'), join(dist, 'web'), {
  recursive: true,
  filter: (path) => !/\/lib$|\.(d\.ts|json)$/.test(path),
});
chmodSync(main, 0o755);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
expect(run(main, '--version').trim() === version, 'dist prints its version');

const { createAssets } = (await import(join(dist, 'src/http/console-assets.js'))) as {
  createAssets: () => { pathOf(name: string): string };
};
expect(createAssets().pathOf('console.css').endsWith('/console.css'), 'dist finds the files of the console');

const samples = readdirSync(join(root, 'fixtures/samples')).map((name) => join(root, 'fixtures/samples', name));
run(main, 'validate', ...samples);

const data = mkdtempSync(join(tmpdir(), 'entente-build-'));
try {
  run(main, 'apply', join(root, 'fixtures/hub.yaml'), '--data', data);
  const [sample = ''] = samples.filter((name) => name.includes('threat-data'));
  const { added } = JSON.parse(
    run(main, 'import', sample, '--collection', 'threat-data', '--data', data, '--json'),
  ) as { added: number };
  expect(added > 0, 'dist imports a sample');
} finally {
  rmSync(data, { recursive: true, force: true });
}
console.log(`dist/ is built and runs: ${main}`);

/** Runs a script with this Node. @returns what it printed */
function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DEMO_PASSWORD: 'only for the build' },
  });
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Not so: ${what}.`);
}
