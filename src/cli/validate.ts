import { tmpdir } from 'node:os';
import { type Command, Option } from 'commander';
import type { SpecVersion } from '../sharing/model.ts';
import { type Item, readItems } from '../stix/bundle.ts';
import type { Finding } from '../stix/finding.ts';
import { isObject, type Json } from '../stix/json.ts';
import { locate, type TextPlace } from '../stix/locate.ts';
import { TOPICS } from '../stix/rules/index.ts';
import { SCHEMA_RULES } from '../stix/schema/rules.ts';
import { loadExtensionSchemas } from '../stix/schemas.ts';
import { type ValidateOptions as CheckOptions, type Level, refuses, validate } from '../stix/validate.ts';
import { readBundleHead } from './bundle-head.ts';
import { EXIT } from './failure.ts';
import { count, writeJson, writeLine } from './io.ts';
import { type CommonOptions, command, type Session, settingsOf } from './session.ts';
import { openSources } from './source.ts';

interface ValidateOptions extends CommonOptions {
  readonly level: Level;
}

export function validateCommand(session: Session): Command {
  return command(session, 'validate', 'check STIX files against the standard; needs no hub and no network', [
    'validate bundle.json',
    'validate --level strict reports/*.json',
    'curl -s https://feeds.example/bundle.json | entente validate - --json',
  ])
    .argument('<FILE...>', 'bundles, envelopes, lists or NDJSON, also gzipped; - for standard input')
    .addOption(
      new Option('--level <LEVEL>', 'strict: warnings are failures too')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .action((files: string[], options: ValidateOptions) => validateFiles(session, files, options));
}

/** A finding with its place in a file. */
interface Located extends Omit<Finding, 'section'> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly id?: string;
  readonly section?: string;
  readonly hint?: string;
}

interface Totals {
  objects: number;
  refused: number;
  errors: number;
  warnings: number;
}

async function validateFiles(session: Session, files: readonly string[], options: ValidateOptions): Promise<void> {
  const extensionSchemas = loadExtensionSchemas(settingsOf(session, options).schemaDirectory);
  const totals: Totals = { objects: 0, refused: 0, errors: 0, warnings: 0 };
  const tell = async (findings: readonly Located[]): Promise<void> => {
    for (const [index, finding] of findings.entries()) {
      totals[finding.severity === 'error' ? 'errors' : 'warnings'] += 1;
      if (session.json) await writeJson(session.io.stdout, finding);
      else await writeLine(session.io.stdout, linesOf(finding, findings[index - 1]?.hint));
    }
  };
  let failed = false;
  await using sources = await openSources(files, session.io.stdin, tmpdir());
  for (const source of sources.list) {
    const bundle = await readBundleHead(source);
    if (bundle !== undefined) {
      const found = validate(bundle.head, { level: options.level });
      failed ||= refuses(found, options.level);
      await tell(locateAll(found, bundle, source.name));
    }
    const versions: SpecVersion[] = bundle?.head.spec_version === '2.0' ? ['2.0', '2.1'] : ['2.1'];
    for await (const item of readItems(source.read())) {
      const { refused, findings } = check(item, source.name, { versions, extensionSchemas, level: options.level });
      totals.objects += 1;
      if (refused) totals.refused += 1;
      failed ||= refused;
      await tell(findings);
    }
  }
  if (session.json) await writeJson(session.io.stdout, totals);
  else await writeLine(session.io.stdout, summary(totals));
  if (failed) session.exitCode = EXIT.findings;
}

function check(
  item: Item,
  file: string,
  options: CheckOptions & { readonly level: Level },
): { readonly refused: boolean; readonly findings: readonly Located[] } {
  const { position } = item;
  if (item.fault !== undefined) {
    const { line, column } = position;
    const finding = { file, line, column, path: '', rule: 'json', severity: 'error', message: item.fault } as const;
    return { refused: true, findings: [finding] };
  }
  const value = JSON.parse(item.text) as Json;
  const found = validate(value, options);
  if (found.length === 0) return { refused: false, findings: [] };
  const text = Buffer.from(item.raw).toString('utf8');
  return {
    refused: refuses(found, options.level),
    findings: locateAll(found, { text, start: position }, file, idOf(value)),
  };
}

function locateAll(
  findings: readonly Finding[],
  { text, start }: { readonly text: string; readonly start: TextPlace },
  file: string,
  id?: string,
): Located[] {
  const located = findings.map((finding) => {
    const { line, column } = locate(text, finding.path, start);
    const hint = HINTS.get(finding.rule);
    const known = { ...(id === undefined ? {} : { id }), ...(hint === undefined ? {} : { hint }) };
    return { file, line, column, ...known, ...finding };
  });
  // As one reads the file.
  return located.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** What a producer does about a finding, by rule. */
const HINTS: ReadonlyMap<string, string> = new Map(
  [{ rules: SCHEMA_RULES }, ...TOPICS].flatMap(({ rules }) =>
    rules.flatMap(({ id, hint }: { readonly id: string; readonly hint?: string }) =>
      hint === undefined ? [] : [[id, hint] as const],
    ),
  ),
);

function idOf(value: Json): string | undefined {
  return isObject(value) && typeof value.id === 'string' ? value.id : undefined;
}

/** The lines of a finding; its hint is not said twice in a row. */
function linesOf({ file, line, column, severity, rule, message, section, hint }: Located, said?: string): string {
  const clause = section === undefined ? '' : ` (${section})`;
  const advice = hint === undefined || hint === said ? '' : `\n    ${hint}`;
  return `${file}:${line}:${column}: ${severity} ${rule}: ${message}${clause}${advice}`;
}

function summary({ objects, refused, errors, warnings }: Totals): string {
  const verdict = refused === 0 ? 'all would be accepted' : `${refused} would be refused`;
  return `${count(objects, 'object')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}; ${verdict}.`;
}
