import type { FeedWay } from '../sharing/model.ts';
import type { FeedState } from '../store/feeds.ts';
import type { Context } from './context.ts';
import { instant, number } from './format.ts';
import { type Html, html } from './html.ts';
import { table } from './parts.ts';

const WAYS: readonly FeedWay[] = ['pull', 'push'];

/** Each way of each feed with how far it has come; for operators. Undefined when there are none. */
export async function feedsTable(context: Context): Promise<Html | undefined> {
  const { t, lang, viewer, store } = context;
  const feeds = [...viewer.catalogue.feed.values()].map(({ value }) => value);
  if (feeds.length === 0) return undefined;
  const states = await store.feeds.states();
  const rows = feeds.flatMap((feed) =>
    WAYS.filter((way) => feed[way] !== undefined).map((way) => {
      const state = states.find((one) => one.feed === feed.name && one.way === way);
      return [
        feed.name,
        t.feedWays[way],
        stateOf(context, state),
        state?.started === undefined ? '–' : instant(lang, state.started),
        state?.upToDate === undefined ? '–' : instant(lang, state.upToDate),
        number(lang, state?.failures ?? 0),
        state?.error === undefined ? '' : html`<span class="quiet">${state.error}</span>`,
      ];
    }),
  );
  return table(
    t.feeds,
    [
      { title: t.feed },
      { title: t.way },
      { title: t.state },
      { title: t.lastRun, minor: true },
      { title: t.upToDate },
      { title: t.failures, kind: 'number' },
      { title: t.message, minor: true },
    ],
    rows,
  );
}

function stateOf({ t }: Context, state: FeedState | undefined): Html {
  if (state?.started === undefined) return html`<span class="state plain">${t.feedStates.never}</span>`;
  if (state.failing > 0) return html`<span class="state error">${t.feedStates.failing}</span>`;
  return html`<span class="state good">${state.running ? t.feedStates.running : t.feedStates.idle}</span>`;
}

/** What keeps feeds from going on. */
export async function failingFeeds({ t, lang, store }: Context): Promise<Html[]> {
  return (await store.feeds.states())
    .filter(({ failing }) => failing > 0)
    .map(
      ({ feed, way, failing }) => html`${t.feed} ${feed} (${t.feedWays[way]}): ${t.feedFails(number(lang, failing))}`,
    );
}
