import { AppError } from '../errors.ts';
import { type AgreementReport, type Period, reportAgreement } from '../ledger/agreement-report.ts';
import { knownAgreement } from '../sharing/known.ts';
import type { Agreement } from '../sharing/model.ts';
import { DAY_MICROS } from '../sharing/term.ts';
import { formatMicros, type Micros, parseInstant, systemClock } from '../time.ts';
import { instantOf } from './administer.ts';
import { reportPage } from './agreement-report-page.ts';
import { agreementDocument } from './agreement-text.ts';
import { namesOf } from './ledger-text.ts';
import { type CommonOptions, print, type Session, withStore } from './session.ts';

export interface ReportOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Prints what was received and disclosed under an agreement, as a page for people or a document for programs. */
export async function report(session: Session, name: string, options: ReportOptions): Promise<void> {
  const now = systemClock();
  await withStore(session, options, false, async (store) => {
    const catalogue = await store.catalogue.load();
    const agreement = knownAgreement(catalogue, name);
    const period = periodOf(agreement, options, now);
    const result = await reportAgreement(store.ledger, agreement, period);
    const nameOf = namesOf(catalogue);
    const document = { agreement: agreementDocument(catalogue, agreement, now), ...reportDocument(result, nameOf) };
    await print(session, document, reportPage({ agreement, catalogue, report: result, nameOf, now }));
  });
}

/**
 * By default from the begin of the agreement until now. A date alone is meant whole, as people write "until 31 December".
 * @throws {AppError} config.invalid
 */
function periodOf(agreement: Agreement, options: ReportOptions, now: Micros): Period {
  const begin = options.from ?? agreement.from;
  const from = begin === undefined ? 0 : instant('--from', begin);
  const day = options.to !== undefined && /^\d{4}-\d\d-\d\d$/.test(options.to);
  const to = options.to === undefined ? now : instant('--to', options.to) + (day ? DAY_MICROS : 0);
  if (from >= to)
    throw new AppError('config.invalid', { description: 'The period is empty: --from must lie before --to.' });
  return { from, to };
}

function instant(option: string, text: string): Micros {
  const micros = parseInstant(instantOf(text));
  if (micros === undefined)
    throw new AppError('config.invalid', {
      description: `${option} "${text}" is neither a date such as 2026-01-31 nor an instant such as 2026-01-31T00:00:00Z.`,
    });
  return micros;
}

function reportDocument(report: AgreementReport, nameOf: (id: string) => string): object {
  const { period, firstContact, lastContact, pushes, received, validity, sent, deleted, gaps } = report;
  return {
    period: { from: period.from === 0 ? null : formatMicros(period.from), to: formatMicros(period.to) },
    first_contact: firstContact === undefined ? null : formatMicros(firstContact),
    last_contact: lastContact === undefined ? null : formatMicros(lastContact),
    received: {
      pushes,
      ...received,
      validity: validity ?? null,
      by_type: [...report.types].map(([type, classes]) => ({ type, added: Object.fromEntries(classes) })),
    },
    sent,
    deleted,
    by_collection: [...report.collections].map(([id, counts]) => ({ collection: id, name: nameOf(id), ...counts })),
    by_month: [...report.months].map(([month, counts]) => ({ month, ...counts })),
    ledger_gaps: gaps,
  };
}
