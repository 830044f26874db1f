import type { Page } from '../console/context.ts';
import { faultPage } from '../console/pages/fault.ts';
import type { Texts } from '../console/texts/texts.ts';
import { AppError } from '../errors.ts';

/** A form that no page of this session can have sent. */
export class StaleForm extends AppError {
  constructor() {
    super('request.invalid', { description: 'The form carries no token of this session.' });
  }
}

/** A partner none of whose agreements is in force. */
export class NothingOpen extends AppError {
  constructor() {
    super('permission.denied', { description: 'No agreement of this partner is in force.' });
  }
}

export function faultOfPage(t: Texts, thrown: unknown, error: AppError, id: string): Page {
  const { status } = error;
  if (thrown instanceof StaleForm) return faultPage(t.staleForm, t.staleFormText, { status, home: t.overview });
  if (thrown instanceof NothingOpen) return faultPage(t.nothingOpen, t.nothingOpenText, { status });
  if (status === 404) return faultPage(t.notFound, t.notFoundText, { status, home: t.overview });
  if (status === 429) return faultPage(t.tooMany, error.description ?? '', { status });
  if (status >= 500) return faultPage(t.serverFault, t.serverFaultText, { status, id });
  return faultPage(error.title, error.description ?? '', { status, home: t.overview });
}
