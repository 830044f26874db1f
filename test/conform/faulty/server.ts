import { conform, type Report, type RunOptions } from '../../../src/conform/run.ts';
import { authorization, COLLECTIONS } from '../../http/fixture.ts';
import { type Hub, type HubOptions, type Owner, openHub } from '../../http/hub.ts';
import { FaultyServer } from './proxy.ts';

/** A hub and a server before it that plants faults. */
export interface Faulty {
  readonly hub: Hub;
  readonly server: FaultyServer;
  /** Without a final slash. */
  readonly url: string;
  /** Runs the suite against it, signed in as alice and reading RW. */
  run(options?: Partial<RunOptions>): Promise<Report>;
}

export async function openFaulty(owner: Owner, options: HubOptions = {}): Promise<Faulty> {
  const hub = await openHub(owner, options);
  const server = new FaultyServer(await hub.listen());
  const url = await server.listen();
  owner.after(() => server.close());
  return {
    hub,
    server,
    url,
    run: (options = {}) =>
      conform({
        url: `${url}/api1/`,
        authorization: authorization('alice'),
        collection: COLLECTIONS.RW,
        ...options,
      }),
  };
}
