import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditVerdict } from '../../scripts/audit.ts';

const report = (vulnerabilities: Record<string, string>) => {
  const counts: Record<string, number> = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };
  for (const severity of Object.values(vulnerabilities)) counts[severity] = (counts[severity] ?? 0) + 1;
  return JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      Object.entries(vulnerabilities).map(([name, severity]) => [name, { name, severity, via: [] }]),
    ),
    metadata: { vulnerabilities: { ...counts, total: Object.keys(vulnerabilities).length } },
  });
};

test('an audit fails on high and critical findings, and names them', () => {
  assert.deepEqual(auditVerdict(report({})), { ok: true, line: 'audit: no known vulnerability' });
  assert.deepEqual(auditVerdict(report({ a: 'low', b: 'moderate' })), { ok: true, line: 'audit: 1 low, 1 moderate' });
  for (const severity of ['high', 'critical'])
    assert.deepEqual(auditVerdict(report({ a: 'low', b: severity })), {
      ok: false,
      line: `audit: 1 low, 1 ${severity}: b (${severity})`,
    });
});

test('a registry that does not audit is said on one line, and fails nothing', () => {
  const refused = JSON.stringify({ message: '405 Method Not Allowed', error: { summary: '', detail: '' } });
  for (const [answer, reason] of [
    [refused, '405 Method Not Allowed'],
    [JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'no network' } }), 'no network'],
    ['', 'no answer'],
    ['<html>', 'no answer'],
    ['null', 'no answer'],
  ] as const)
    assert.deepEqual(auditVerdict(answer), {
      ok: true,
      line: `audit: not checked, the registry does not audit here (${reason})`,
    });
});
