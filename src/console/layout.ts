import { BASE, isOperator, type Page, type Viewer } from './context.ts';
import { type Html, html, NOTHING, render } from './html.ts';
import { LANGUAGES, type Language, type Texts } from './texts/texts.ts';

/** What stands around every page. */
export interface Frame {
  readonly lang: Language;
  readonly t: Texts;
  readonly hub: string;
  readonly viewer?: Viewer;
  /** Path and query of the request. */
  readonly path: string;
  readonly formToken: string;
  /** URL of one of our files in `web/`. */
  readonly asset: (name: string) => string;
}

/** The pages that a viewer finds from everywhere. */
const LINKS = [
  { path: '/', text: 'overview', for: 'everybody' },
  { path: '/trends/', text: 'trends', for: 'everybody' },
  { path: '/objects/', text: 'objects', for: 'everybody' },
  { path: '/pushes/', text: 'pushes', for: 'everybody' },
  { path: '/partners/', text: 'partners', for: 'operators' },
  { path: '/agreements/', text: 'agreements', for: 'operators' },
  { path: '/credentials/', text: 'credentials', for: 'operators' },
  { path: '/ledger/', text: 'ledger', for: 'operators' },
  { path: '/recalls/', text: 'recalls', for: 'operators' },
] as const satisfies readonly { path: string; text: keyof Texts; for: 'everybody' | 'operators' }[];

export function layout({ title, body, scripts = [] }: Page, frame: Frame): string {
  const { lang, t, hub, viewer, asset } = frame;
  const page = html`<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${hub}</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('console.css')}">
${[...new Set(scripts)].map((name) => html`<script type="module" src="${asset(name)}"></script>\n`)}</head>
<body class="${viewer === undefined ? 'outside' : 'inside'}">
<a class="skip" href="#main">${t.skipToContent}</a>
${viewer === undefined ? NOTHING : sidebar(viewer, frame)}
<div class="page">
<main id="main" tabindex="-1">
${body}
</main>
${foot(frame)}
</div>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${render(page)}`;
}

function sidebar(viewer: Viewer, { t, hub, path, formToken }: Frame): Html {
  const links = LINKS.filter((link) => link.for === 'everybody' || isOperator(viewer));
  const name = 'partner' in viewer.principal ? viewer.principal.partner : viewer.principal.operator;
  return html`<header class="side"><div class="rail">
<a class="hub" href="${BASE}/">${hub}</a>
<nav aria-label="${t.mainNavigation}">
<ul>${links.map((link, i) => {
    const here = link.path === '/' ? path === `${BASE}/` : path.startsWith(BASE + link.path);
    const first = link.for === 'operators' && links[i - 1]?.for === 'everybody';
    return html`
<li${first ? html` class="apart"` : NOTHING}><a href="${BASE}${link.path}"${here ? html` aria-current="page"` : NOTHING}>${t[link.text]}</a></li>`;
  })}
</ul>
</nav>
<div class="who">
<p><span class="name">${name}</span> <span class="role">${isOperator(viewer) ? t.operator : t.partner}</span></p>
<form method="post" action="${BASE}/sign-out/">${tokenField(formToken)}<button class="plain">${t.signOut}</button></form>
</div>
</div></header>`;
}

function foot({ lang, t, path }: Frame): Html {
  return html`<footer>
<nav aria-label="${t.language}"><ul>${Object.entries(LANGUAGES).map(
    ([code, name]) =>
      html`<li><a href="${BASE}/language/${code}/?to=${encodeURIComponent(path)}" lang="${code}" hreflang="${code}"${code === lang ? html` aria-current="true"` : NOTHING}>${name}</a></li>`,
  )}</ul></nav>
<p>${t.allTimesUtc}</p>
</footer>`;
}

export function tokenField(formToken: string): Html {
  return html`<input type="hidden" name="token" value="${formToken}">`;
}
