import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { judge } from './judge.ts';
import { compareObjects } from './objects.ts';
import { Disagreements, type Part, Table } from './report.ts';

interface Entry {
  readonly file: string;
  readonly objects: number;
  readonly must_valid: boolean;
  readonly must_errors?: number;
  readonly must_error_samples?: readonly string[];
}

/** The bundles of the manifest against the oracle's verdict of each, and what ATT&CK publishes, which it accepts. */
export function examples(folder: string): Part[] {
  const entries = JSON.parse(readFileSync(join(folder, 'examples', 'manifest.json'), 'utf8')) as readonly Entry[];
  const attack = readdirSync(folder).filter((name) => /-attack-.*\.json$/.test(name));
  const accepted = attack.map((file) => ({ file, objects: 0, must_valid: true }));
  return [compare('Examples, bundle by bundle', folder, entries), compare('ATT&CK', folder, accepted)];
}

function compare(title: string, folder: string, entries: readonly Entry[]): Part {
  const table = new Table();
  const disagreements = new Disagreements();
  let objects = 0;
  let refused = 0;
  for (const { file, must_valid: valid, must_errors: count = 0, must_error_samples: samples = [] } of entries) {
    const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { objects?: unknown[] };
    const judgement = judge(bundle);
    objects += bundle.objects?.length ?? 0;
    refused += refusedObjects(
      judgement.findings.filter(({ severity }) => severity === 'error').map(({ path }) => path),
    );
    const ours = judgement.verdict === 'refused' ? 'refused' : 'accepted';
    table.add(`oracle: ${valid ? 'accepted' : 'refused'}`, ours);
    const name = `${basename(dirname(file))}/${basename(file)}`;
    for (const { what, decision, details } of compareObjects(bundle.objects ?? [], judgement.findings, {
      count,
      samples,
    })) {
      disagreements.add(name, decision, `${what}: ${details}`);
    }
  }
  const same = disagreements.open.length === 0;
  return {
    title: `${title}: ${objects} objects in ${entries.length} bundles; we refuse ${refused} objects`,
    table,
    ...disagreements,
    targets: [['object by object the same verdict as the oracle, or the standard decides for ours', same]],
  };
}

function refusedObjects(paths: readonly string[]): number {
  return new Set(paths.map((path) => path.split('/')[2] ?? '')).size;
}
