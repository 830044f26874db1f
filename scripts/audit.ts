import { spawnSync } from 'node:child_process';

/**
 * Asks the registry for known vulnerabilities in what the lock file names: `npm run audit`. High and critical ones fail;
 * a registry that gives no answer is said on one line and fails nothing.
 */

type Severity = 'low' | 'moderate' | 'high' | 'critical';
const FAILING: readonly string[] = ['high', 'critical'] satisfies Severity[];

interface Verdict {
  readonly ok: boolean;
  readonly line: string;
}

/** @param answer what `npm audit --json` printed */
export function auditVerdict(answer: string): Verdict {
  const report = parse(answer);
  const counts = report?.metadata?.vulnerabilities;
  if (report === undefined || counts === undefined) {
    const reason = report?.error?.summary || report?.message || 'no answer';
    return { ok: true, line: `audit: not checked, the registry does not audit here (${reason})` };
  }
  const bad = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) => FAILING.includes(severity));
  const found = Object.entries(counts).flatMap(([severity, count]) =>
    severity !== 'total' && count > 0 ? [`${count} ${severity}`] : [],
  );
  const names = bad.map(([name, { severity }]) => `${name} (${severity})`);
  return {
    ok: names.length === 0,
    line: `audit: ${found.length === 0 ? 'no known vulnerability' : found.join(', ')}${names.length === 0 ? '' : `: ${names.join(', ')}`}`,
  };
}

interface Report {
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

function parse(text: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { ok, line } = auditVerdict(stdout ?? '');
  console.log(line);
  if (!ok) process.exitCode = 1;
}
