import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decisionAgainst, decisionFor, describe, judge } from './judge.ts';
import { Disagreements, type Part, Table } from './report.ts';

interface Entry {
  readonly file: string;
  readonly objects: number;
  readonly must_valid: boolean;
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
  for (const { file, must_valid: valid, must_error_samples: samples = [] } of entries) {
    const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { objects?: unknown[] };
    const judgement = judge(bundle);
    objects += bundle.objects?.length ?? 0;
    refused += refusedObjects(
      judgement.findings.filter(({ severity }) => severity === 'error').map(({ path }) => path),
    );
    const ours = judgement.verdict === 'refused' ? 'refused' : 'accepted';
    table.add(`oracle: ${valid ? 'accepted' : 'refused'}`, ours);
    if ((ours === 'accepted') === valid) continue;
    const name = `${basename(dirname(file))}/${basename(file)}`;
    const decision = valid ? decisionFor('accepts', judgement.findings) : decisionAgainst('refuses', samples);
    disagreements.add(
      name,
      decision,
      valid ? `we: ${describe(judgement)}` : `oracle: ${samples.join('; ').slice(0, 300)}`,
    );
  }
  const same = disagreements.open.length === 0;
  return {
    title: `${title}: ${objects} objects in ${entries.length} bundles; we refuse ${refused} objects`,
    table,
    ...disagreements,
    targets: [['the same verdict as the oracle, or the standard decides for ours', same]],
  };
}

function refusedObjects(paths: readonly string[]): number {
  return new Set(paths.map((path) => path.split('/')[2] ?? '')).size;
}
