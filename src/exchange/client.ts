import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../stix/json.ts';
import {
  type ClientOptions,
  type CollectionRef,
  LIMITS,
  type Limits,
  type ListPage,
  type MatchFields,
  type ObjectPage,
  type ObjectQuery,
  type OwnedPage,
} from './client-types.ts';
import { dateOf, invalid, nextOf, type ReceivedPage, receivePage, servedOf } from './pages.ts';
import { type PageFacts, Pager } from './paging.ts';
import { type Answer, Requester } from './request.ts';
import {
  type ApiRootInfo,
  apiRootOf,
  type CollectionInfo,
  collectionOf,
  collectionsOf,
  type Discovery,
  discoveryOf,
  type ManifestRecord,
  manifestOf,
  readResource,
  type Status,
  statusOf,
  texts,
} from './resources.ts';
import { addMatch, pageUrl, urlOf } from './urls.ts';

/** How often and how long it is asked whether a push is complete. */
const STATUS_PAUSE_MS = 250;
const STATUS_MAX_PAUSE_MS = 15_000;
const STATUS_MAX_MS = 3_600_000;

/**
 * Speaks TAXII 2.1 to one server. Every method throws `AppError` with a code `remote.…` (docs/client.md), and the reason of
 * a signal that is aborted.
 */
export class TaxiiClient implements AsyncDisposable {
  readonly #base: URL;
  readonly #requester: Requester;
  readonly #limits: Required<Limits>;
  readonly #directory: string;

  /** @throws {AppError} config.invalid */
  constructor(options: ClientOptions) {
    this.#base = urlOf(options.url);
    this.#requester = new Requester({ ...options, origin: this.#base.origin });
    this.#limits = { ...LIMITS, ...options.limits };
    this.#directory = options.spoolDirectory ?? tmpdir();
  }

  /** Source: TAXII 2.1 §4.1 */
  async discovery(signal?: AbortSignal): Promise<Discovery> {
    const { value, url } = await this.#resource(this.#base, signal);
    return discoveryOf(value, url);
  }

  /** Source: TAXII 2.1 §4.2 */
  async apiRoot(root: string, signal?: AbortSignal): Promise<ApiRootInfo> {
    return apiRootOf((await this.#resource(this.#root(root), signal)).value);
  }

  /** Source: TAXII 2.1 §5.1 */
  async collections(root: string, signal?: AbortSignal): Promise<CollectionInfo[]> {
    return collectionsOf((await this.#resource(this.#at(root, 'collections'), signal)).value);
  }

  /** Source: TAXII 2.1 §5.2 */
  async collection(ref: CollectionRef, signal?: AbortSignal): Promise<CollectionInfo> {
    const { value, url } = await this.#resource(this.#in(ref), signal);
    return collectionOf(value) ?? unusable(url, 'it is no collection');
  }

  /**
   * The objects of a collection, page by page to its end.
   * Source: TAXII 2.1 §5.4
   */
  async *objects(ref: CollectionRef, query: ObjectQuery = {}): AsyncGenerator<ObjectPage> {
    for (const pages = this.pages(ref, query); ; ) {
      await using page = await pages.next();
      if (page === undefined) return;
      yield page;
    }
  }

  /** The same for callers that ask for a page while they work on the one before; they dispose of each. */
  pages(ref: CollectionRef, query: ObjectQuery = {}): { next(): Promise<OwnedPage | undefined> } {
    return this.#pagesAt(this.#in(ref, 'objects'), query);
  }

  /**
   * Versions of one object: the last unless `versions` says otherwise.
   * Source: TAXII 2.1 §5.6
   */
  async *object(
    ref: CollectionRef,
    id: string,
    query: Omit<ObjectQuery, 'ids' | 'types'> = {},
  ): AsyncGenerator<ObjectPage> {
    for (const pages = this.#pagesAt(this.#in(ref, 'objects', id), query); ; ) {
      await using page = await pages.next();
      if (page === undefined) return;
      yield page;
    }
  }

  /** Source: TAXII 2.1 §5.3 */
  manifest(ref: CollectionRef, query: ObjectQuery = {}): AsyncGenerator<ListPage<ManifestRecord>> {
    return this.#list(this.#in(ref, 'manifest'), query, manifestOf);
  }

  /** Source: TAXII 2.1 §5.8 */
  versions(
    ref: CollectionRef,
    id: string,
    query: Omit<ObjectQuery, 'ids' | 'types' | 'versions'> = {},
  ): AsyncGenerator<ListPage<string>> {
    return this.#list(this.#in(ref, 'objects', id, 'versions'), query, (value) => texts(value.versions));
  }

  /**
   * Pushes objects. The status may still be pending: see `settled`. A push is sent again only where it certainly was not
   * taken.
   * @param objects JSON texts, together below `maxContentLength` of the API root
   * Source: TAXII 2.1 §5.5
   */
  async add(ref: CollectionRef, objects: readonly string[], signal?: AbortSignal): Promise<Status> {
    const url = this.#in(ref, 'objects');
    const body = Buffer.from(`{"objects":[${objects.join(',')}]}`);
    const { value } = await this.#resource(url, signal, { method: 'POST', body });
    return statusOf(value) ?? unusable(url, 'it is no status');
  }

  /** Source: TAXII 2.1 §4.3 */
  async status(root: string, id: string, signal?: AbortSignal): Promise<Status> {
    const { value, url } = await this.#resource(this.#at(root, 'status', id), signal);
    return statusOf(value) ?? unusable(url, 'it is no status');
  }

  /**
   * Waits until a push is complete, an hour at most.
   * @returns the last status, pending if it took longer
   */
  async settled(root: string, status: Status, signal?: AbortSignal): Promise<Status> {
    let last = status;
    let pauseMs = STATUS_PAUSE_MS;
    for (const end = performance.now() + STATUS_MAX_MS; !last.complete && performance.now() < end; ) {
      await wait(pauseMs, undefined, signal === undefined ? {} : { signal });
      pauseMs = Math.min(pauseMs * 1.5, STATUS_MAX_PAUSE_MS);
      last = await this.status(root, status.id, signal);
    }
    return last;
  }

  /**
   * Deletes versions of an object.
   * Source: TAXII 2.1 §5.7
   */
  async delete(
    ref: CollectionRef,
    id: string,
    match: Pick<MatchFields, 'versions' | 'specVersions'> = {},
    signal?: AbortSignal,
  ): Promise<void> {
    const url = this.#in(ref, 'objects', id);
    addMatch(url, match);
    await this.#requester.send({
      method: 'DELETE',
      url,
      maxBytes: this.#limits.maxResourceBytes,
      signal,
      read: async ({ body }) => {
        for await (const _ of body);
      },
    });
  }

  /** Breaks off what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requester[Symbol.asyncDispose]();
  }

  #resource(
    url: URL,
    signal: AbortSignal | undefined,
    request: { readonly method: 'GET' | 'POST'; readonly body?: Buffer } = { method: 'GET' },
  ): Promise<{ readonly value: JsonObject; readonly url: URL }> {
    return this.#requester.send({
      ...request,
      url,
      maxBytes: this.#limits.maxResourceBytes,
      signal,
      read: async (answer) => ({ value: await readResource(answer), url: answer.url }),
    });
  }

  #pagesAt(url: URL, query: ObjectQuery): { next(): Promise<OwnedPage | undefined> } {
    const { maxPageBytes } = this.#limits;
    const pager = this.#pager<ReceivedPage>(
      url,
      query,
      maxPageBytes,
      (answer) => receivePage(answer, this.#directory),
      (page) => page[Symbol.asyncDispose](),
    );
    return {
      async next() {
        const found = await pager.next();
        if (found === undefined) return undefined;
        const { page, position } = found;
        const { count, first, last } = page;
        return {
          count,
          ...(first === undefined ? {} : { first }),
          ...(last === undefined ? {} : { last }),
          position,
          objects: () => page.objects(),
          [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
        };
      },
    };
  }

  async *#list<T>(url: URL, query: ObjectQuery, rowsOf: (value: JsonObject) => T[]): AsyncGenerator<ListPage<T>> {
    const { maxResourceBytes } = this.#limits;
    const read = async (answer: Answer): Promise<PageFacts & { readonly rows: readonly T[] }> => {
      const value = await readResource(answer);
      const rows = rowsOf(value);
      return {
        rows,
        count: rows.length,
        more: value.more === true || value.more === 'true',
        ...nextOf(value.next),
        ...dateOf(answer, 'first'),
        ...dateOf(answer, 'last'),
        ...servedOf(answer),
        digest: JSON.stringify([rows.length, rows[0], rows.at(-1)]),
      };
    };
    const pager = this.#pager(url, query, maxResourceBytes, read, async () => undefined);
    for (let found = await pager.next(); found !== undefined; found = await pager.next())
      yield { rows: found.page.rows, position: found.position };
  }

  #pager<P extends PageFacts>(
    url: URL,
    query: ObjectQuery,
    maxBytes: number,
    read: (answer: Answer) => Promise<P>,
    discard: (page: P) => PromiseLike<void>,
  ): Pager<P> {
    const { from = {}, limit, signal } = query;
    return new Pager({
      from,
      ...(limit === undefined ? {} : { limit }),
      maxPages: this.#limits.maxPages,
      discard,
      fetch: (request) =>
        this.#requester.send({ method: 'GET', url: pageUrl(url, query, request), maxBytes, signal, read }),
    });
  }

  #root(root: string): URL {
    const url = urlOf(root, this.#base);
    url.search = '';
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  }

  #at(root: string, ...path: readonly string[]): URL {
    const url = this.#root(root);
    url.pathname += path.map((segment) => `${encodeURIComponent(segment)}/`).join('');
    return url;
  }

  #in({ root, collection }: CollectionRef, ...path: readonly string[]): URL {
    return this.#at(root, 'collections', collection, ...path);
  }
}

function unusable(url: URL, reason: string): never {
  throw invalid({ url }, reason);
}
