import type { Route } from './context.ts';
import { act } from './pages/action.ts';
import { agreement, agreements, credentials, partner, partners } from './pages/admin.ts';
import { ledgerPage } from './pages/ledger.ts';
import { findObject, graphData, objectJson, objectPage } from './pages/object.ts';
import { objects } from './pages/objects.ts';
import { overview } from './pages/overview.ts';
import { pushCsv, pushes, pushJson, pushPage } from './pages/pushes.ts';
import { recall, recallCsv, recallsPage, undo } from './pages/recalls.ts';
import { trendsCsv, trendsPage } from './pages/trends.ts';

/** Every page of the console for whoever has signed in. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/', for: 'everybody', answer: overview },
  { method: 'GET', path: '/trends/', for: 'everybody', answer: trendsPage },
  { method: 'GET', path: '/trends/csv/', for: 'everybody', answer: trendsCsv },
  { method: 'GET', path: '/objects/', for: 'everybody', answer: objects },
  { method: 'GET', path: '/objects/:collection/:id/', for: 'everybody', answer: objectPage },
  { method: 'GET', path: '/objects/:collection/:id/graph/', for: 'everybody', answer: graphData },
  { method: 'GET', path: '/objects/:collection/:id/json/', for: 'everybody', answer: objectJson },
  { method: 'GET', path: '/find/:id/', for: 'everybody', answer: findObject },
  { method: 'GET', path: '/pushes/', for: 'everybody', answer: pushes },
  { method: 'GET', path: '/pushes/:id/', for: 'everybody', answer: pushPage },
  { method: 'GET', path: '/pushes/:id/json/', for: 'everybody', answer: pushJson },
  { method: 'GET', path: '/pushes/:id/csv/', for: 'everybody', answer: pushCsv },
  { method: 'GET', path: '/partners/', for: 'operators', answer: partners },
  { method: 'GET', path: '/partners/:name/', for: 'operators', answer: partner },
  { method: 'GET', path: '/agreements/', for: 'operators', answer: agreements },
  { method: 'GET', path: '/agreements/:name/', for: 'operators', answer: agreement },
  { method: 'GET', path: '/credentials/', for: 'operators', answer: credentials },
  { method: 'GET', path: '/ledger/', for: 'operators', answer: ledgerPage },
  { method: 'GET', path: '/recalls/', for: 'operators', answer: recallsPage },
  { method: 'GET', path: '/recalls/csv/', for: 'operators', answer: recallCsv },
  { method: 'POST', path: '/recalls/', for: 'operators', answer: recall },
  { method: 'POST', path: '/recalls/undo/', for: 'operators', answer: undo },
  { method: 'POST', path: '/actions/:action/', for: 'operators', answer: act },
];
