import type { ReportIds, ReportPlace } from '../trends.ts';
import type { Statements } from './statements.ts';

const PLACE = 'collection = ? AND dimension = ? AND unit = ? AND day = ? AND max_tlp = ?';

export function readReportIds(sql: Statements, place: ReportPlace): ReportIds | undefined {
  return sql.rows<ReportIds>(`SELECT report, translation FROM trend_report WHERE ${PLACE}`).get(...valuesOf(place));
}

/** To be called in a write transaction. @returns the ids that count */
export function rememberReport(
  sql: Statements,
  place: ReportPlace,
  ids: ReportIds,
  instead: ReportIds | undefined,
): ReportIds {
  const known = readReportIds(sql, place);
  if (known !== undefined && known.report !== instead?.report) return known;
  sql
    .rows('INSERT OR REPLACE INTO trend_report VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(...valuesOf(place), ids.report, ids.translation);
  return ids;
}

function valuesOf({ collection, dimension, unit, from, maxTlp }: ReportPlace): (string | number)[] {
  return [collection, dimension, unit, from, maxTlp];
}
