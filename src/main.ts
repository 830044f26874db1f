#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  // Only now: on an older Node what follows cannot even be loaded.
  const { processIo, run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2), processIo());
} else {
  process.stderr.write(`entente needs Node 22.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 2;
}
