/** What other programs may build on; test/index.test.ts keeps the list. */
export { composeHub, type HubParts, openStore } from './compose.ts';
export { loadServeSettings, loadSettings, type ServeSettings, type Settings } from './config.ts';
export { AppError, ERROR_CODES, type ErrorCode } from './errors.ts';
export { buildApp } from './http/app.ts';
export type { Store } from './store/store.ts';
