import { type Recipient, recipientsOf } from '../ledger/recipients.ts';
import type { Context } from './context.ts';
import { instant, number } from './format.ts';
import { type Html, html } from './html.ts';
import { note, table } from './parts.ts';

/** Everybody who was sent an object; for operators. */
export async function recipients(context: Context, object: string): Promise<Html> {
  return recipientsTable(context, await recipientsOf(context.store.ledger, object));
}

export function recipientsTable({ t, lang }: Context, all: readonly Recipient[]): Html {
  if (all.length === 0) return note(t.sentToNobody);
  return table(
    t.recipients,
    [
      { title: t.by },
      { title: t.firstTime },
      { title: t.lastTime },
      { title: t.times, kind: 'number' },
      { title: t.sent },
      { title: t.versions, minor: true },
      { title: t.agreements, minor: true },
    ],
    all.map(({ who, first, last, times, text, versions, agreements }) => [
      html`<span class="mono">${who}</span>`,
      instant(lang, first),
      instant(lang, last),
      number(lang, times),
      text ? t.sentText : t.sentLines,
      number(lang, versions.length),
      agreements.join(', '),
    ]),
  );
}
