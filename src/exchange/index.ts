/** The public API of `entente-taxii/client`: a TAXII 2.1 client without the server. */

export { AppError, type ErrorCode } from '../errors.ts';
export { TaxiiClient } from './client.ts';
export type {
  ClientOptions,
  CollectionRef,
  Limits,
  ListPage,
  MatchFields,
  ObjectPage,
  ObjectQuery,
} from './client-types.ts';
export type { Timeouts } from './connection.ts';
export type { ClientAuth } from './credentials.ts';
export { locateDiscovery } from './locate.ts';
export type { PageItem } from './pages.ts';
export type { Position } from './paging.ts';
export type { ApiRootInfo, CollectionInfo, Discovery, ManifestRecord, Status, StatusDetail } from './resources.ts';
export type { RetryOptions } from './retry.ts';
