import type { Authenticator } from '../auth/authenticate.ts';
import type { Ingest } from '../collections/ingest.ts';
import type { Recording } from '../ledger/recorder.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { CurrentCatalogue } from '../sharing/catalogue.ts';
import type { ExtensionSchemas } from '../stix/schemas.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time.ts';
import type { Limiter } from './limits.ts';
import type { ServerSettings } from './server.ts';
import type { TlsMaterial } from './tls.ts';

/** What the HTTP side is made of. It owns none of these: whoever built them ends them, after the server. */
export interface HttpDeps {
  readonly store: Store;
  readonly catalogue: Pick<CurrentCatalogue, 'get'>;
  readonly ingest: Pick<Ingest, 'push'>;
  readonly ledger: Recording;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Schemas of extensions that the operator knows; absent: none. */
  readonly extensionSchemas?: ExtensionSchemas;
  readonly settings: HttpSettings;
}

export interface HttpSettings {
  /** Scheme, host and port under which callers reach the hub; absent: those of each request. */
  readonly publicUrl?: string;
  /** Addresses and networks of proxies whose forwarded headers count. */
  readonly trustProxy?: readonly string[];
  /** The header in which those proxies hand on the client certificates that they have checked. */
  readonly clientCertHeader?: string;
  /** Absent: HTTP in the clear. */
  readonly tls?: TlsMaterial;
  readonly server?: Partial<ServerSettings>;
}
