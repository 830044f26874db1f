import { createHash } from 'node:crypto';
import { partsOf } from '../collections/parts.ts';
import { Spool } from '../collections/spool.ts';
import { AppError } from '../errors.ts';
import { compact } from '../stix/scan.ts';
import { describePosition, JsonFault } from '../stix/scan-fault.ts';
import { BrokenBody } from './decode.ts';
import { type Extent, PageScanner, TooManyItems } from './page-scan.ts';
import type { PageFacts } from './paging.ts';
import type { Answer } from './request.ts';
import { shown } from './urls.ts';

/** One object of a page as it came, or what is wrong with it. */
export type PageItem =
  | {
      /** Its JSON text as the other server sent it, without insignificant white space. */
      readonly text: string;
      readonly fault?: undefined;
    }
  | {
      /** Why it is no I-JSON: a member twice, nested too deep, … */
      readonly fault: string;
      readonly text: string;
    };

/** A whole page that was received: in memory when it is small, else in a file that goes with it. */
export interface ReceivedPage extends PageFacts, AsyncDisposable {
  /** Its objects in the order of the other server, read a part at a time. */
  objects(): AsyncGenerator<PageItem>;
}

/** Longer values of `next` are none. */
const MAX_NEXT = 16_384;

/**
 * Receives a page to its end; what breaks off is no page.
 * @param directory where bodies above 1 MiB wait
 * @throws {BrokenBody} when another try may bring the rest
 * @throws {AppError} remote.invalid
 */
export async function receivePage(answer: Answer, directory: string): Promise<ReceivedPage> {
  demandJson(answer);
  const spool = new Spool(directory);
  try {
    const scanner = new PageScanner();
    for await (const chunk of answer.body) {
      scanner.write(chunk);
      await spool.write(chunk);
    }
    if (spool.size > 0) scanner.end();
    if (spool.size > 0 && !scanner.envelope) throw invalid(answer, 'it is no TAXII envelope with a list of objects');
    return await pageOf(answer, scanner, spool);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    if (error instanceof TooManyItems) throw invalid(answer, 'it lists more objects than one page can hold');
    if (error instanceof JsonFault)
      throw new BrokenBody(`${describePosition(error.position)}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Anything that may hold JSON is read; a page for people, which many servers answer with when they are ill, is not. */
export function demandJson(answer: Answer): void {
  const type = (answer.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type.includes('json') || type === 'application/octet-stream' || type === 'text/plain') return;
  throw invalid(answer, `its media type is ${JSON.stringify(type.slice(0, 100))}, expected application/taxii+json`);
}

export function invalid({ url }: Pick<Answer, 'url'>, reason: string): AppError {
  return new AppError('remote.invalid', { description: `The answer of ${shown(url)} cannot be used: ${reason}.` });
}

async function pageOf(answer: Answer, scanner: PageScanner, spool: Spool): Promise<ReceivedPage> {
  const { spans, faults, members } = scanner;
  const memberAt = async (extent: Extent | undefined): Promise<unknown> => {
    if (extent === undefined || extent.end - extent.start > MAX_NEXT) return undefined;
    return JSON.parse((await spool.read(extent.start, extent.end)).toString('utf8')) as unknown;
  };
  const itemAt = async (item: number): Promise<string> =>
    spans.count === 0 ? '' : textOf(await spool.read(spans.start(item), spans.end(item)), spans.spaced(item));
  const more = await memberAt(members.get('more'));
  const next = await memberAt(members.get('next'));
  const ends = createHash('sha256')
    .update(`${spans.count} `)
    .update(await itemAt(0))
    .update(await itemAt(spans.count - 1));
  return {
    count: spans.count,
    more: more === true || more === 'true',
    ...nextOf(next),
    ...dateOf(answer, 'first'),
    ...dateOf(answer, 'last'),
    ...servedOf(answer),
    digest: ends.digest('base64'),
    async *objects() {
      for (const { first, end } of partsOf(spans)) {
        const from = spans.start(first);
        const bytes = await spool.read(from, spans.end(end - 1));
        for (let i = first; i < end; i++) {
          const text = textOf(bytes.subarray(spans.start(i) - from, spans.end(i) - from), spans.spaced(i));
          const fault = faults.get(i);
          yield fault === undefined ? { text } : { text, fault };
        }
      }
    },
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}

function textOf(bytes: Buffer, spaced: boolean): string {
  return spaced ? compact(bytes) : bytes.toString('utf8');
}

/** Some servers number their pages. */
export function nextOf(value: unknown): { readonly next?: string } {
  if (typeof value === 'number') return { next: String(value) };
  return typeof value === 'string' && value !== '' && value.length <= MAX_NEXT ? { next: value } : {};
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,30})?(Z|[+-]\d\d:\d\d)$/i;

/** Dates stay as the server wrote them, whatever their fraction: it compares them as such. Source: TAXII 2.1 §5.4 */
export function dateOf<K extends 'first' | 'last'>(answer: Answer, which: K): { readonly [P in K]?: string } {
  const header = answer.header(`x-taxii-date-added-${which}`)?.trim();
  if (header === undefined || !DATE.test(header)) return {};
  return { [which]: header } as { readonly [P in K]?: string };
}

/** When the server answered, by its own clock. */
export function servedOf(answer: Answer): { readonly served?: number } {
  const served = Date.parse(answer.header('date') ?? '');
  return Number.isNaN(served) ? {} : { served: served * 1000 };
}
