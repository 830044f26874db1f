import { cases, nameChecks } from './corpus/cases.ts';
import { examples } from './corpus/examples.ts';
import { patterns } from './corpus/patterns.ts';
import { print } from './corpus/report.ts';

// Compares our verdicts with those of the OASIS validator over a folder of objects and patterns, and prints every
// disagreement. Exit code: 0 targets met, 1 some missed, 2 no folder given.

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error(
    'Usage: npm run validate:corpus -- DIR (with validator-cases.ndjson, patterns.ndjson, checks.json, examples/)',
  );
  process.exitCode = 2;
} else {
  const start = performance.now();
  nameChecks(folder);
  const parts = [...cases(folder), ...patterns(folder), ...examples(folder)];
  for (const part of parts) print(part);
  const missed = parts.flatMap(({ targets }) => targets.filter(([, met]) => !met));
  console.log(
    `\n${missed.length === 0 ? 'All targets met' : `${missed.length} targets missed`} in ${((performance.now() - start) / 1000).toFixed(1)} s.`,
  );
  if (missed.length > 0) process.exitCode = 1;
}
