import { type Answer, objectsOf, stringOf } from './answer.ts';
import { type Flaw, Skipped, Stopped } from './check.ts';
import { type Entry, labelOf, labelOfObject, labelOfRecord, type Sample, scopeOf } from './sample.ts';
import type { Ask, Session } from './session.ts';
import type { ListedCollection, Target } from './target.ts';

/** So many of a check show what is wrong. */
const MAX_FLAWS = 5;
/** A server may not end at all. */
const MAX_PAGES = 60;

/** What a check works with: requests in the name of the run, and a place for what it finds. */
export class Probe {
  readonly session: Session;
  readonly target: Target;
  readonly flaws: Flaw[] = [];
  readonly #sample: Sample | undefined;

  constructor(session: Session, target: Target, sample: Sample | undefined) {
    this.session = session;
    this.target = target;
    this.#sample = sample;
  }

  get(url: string, ask?: Ask): Promise<Answer> {
    return this.session.request('GET', url, ask);
  }

  request(method: string, url: string, ask?: Ask): Promise<Answer> {
    return this.session.request(method, url, ask);
  }

  /** Notes a flaw unless it holds. @returns whether it holds */
  expect(holds: boolean, expected: string, answer?: Answer, found?: string): boolean {
    if (!holds && this.flaws.length < MAX_FLAWS) this.flaws.push({ expected, answer, found });
    return holds;
  }

  /** Notes a flaw and ends the check unless it holds. */
  require(holds: boolean, expected: string, answer?: Answer, found?: string): void {
    if (!this.expect(holds, expected, answer, found)) throw new Stopped(expected);
  }

  expectStatus(answer: Answer, statuses: readonly number[], why: string): boolean {
    return this.expect(statuses.includes(answer.status), `${statuses.join(' or ')}: ${why}`, answer);
  }

  /** A successful GET of a resource, or the check ends. */
  async read(url: string, ask?: Ask): Promise<Answer> {
    const answer = await this.get(url, ask);
    this.require(answer.status === 200 && answer.fault === undefined, '200 with the resource', answer);
    this.require(answer.json !== undefined, 'a body that is JSON', answer);
    return answer;
  }

  skip(reason: string): never {
    throw new Skipped(reason);
  }

  get sample(): Sample {
    return this.#sample ?? this.skip('there are no objects to look at');
  }

  get hasSample(): boolean {
    return this.#sample !== undefined;
  }

  /** The collection that is read. */
  get reading(): ListedCollection {
    return this.target.reading ?? this.skip('there is no collection that may be read');
  }

  /** The collection that may be written into. */
  get writing(): ListedCollection {
    return this.target.writing ?? this.skip('needs --write-collection');
  }

  /** Reads the objects or manifest of the sample for a query and compares it with what must come. */
  async compare(
    query: string,
    expected: readonly Entry[],
    endpoints: readonly string[] = ['objects/', 'manifest/'],
  ): Promise<void> {
    const { sample } = this;
    const scope = query.includes('match[id]=')
      ? query
      : [scopeOf(sample), query].filter((part) => part !== '').join('&');
    const wanted = expected.map(labelOf);
    for (const endpoint of endpoints) {
      const { answers, labels } = await this.readAll(`${sample.url}${endpoint}`, scope);
      const answer = answers.at(-1);
      const known = new Set(sample.entries.map(({ id }) => id));
      const got = labels.filter((label) => known.has(label.split(' ')[0] as string));
      const difference = differenceOf(got, wanted);
      this.expect(
        difference === undefined,
        `${endpoint} with ${describeAll(wanted)}`,
        answers[0] ?? answer,
        difference,
      );
    }
  }

  /** All pages of a query, as a client reads them: following `next`, or the date of the last entry where there is none. */
  async readAll(
    url: string,
    query: string,
    by: 'next' | 'date' = 'next',
    ask?: Ask,
  ): Promise<{ answers: Answer[]; labels: string[] }> {
    const answers: Answer[] = [];
    const labels: string[] = [];
    let more = query;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.read(more === '' ? url : `${url}?${more}`, ask);
      answers.push(answer);
      labels.push(...this.labelsOf(url, answer));
      if (answer.body.more !== true) return { answers, labels };
      const step =
        by === 'next' && typeof answer.body.next === 'string' ? nextStep(query, answer) : dateStep(query, answer);
      this.require(step !== undefined, 'next, or X-TAXII-Date-Added-Last to go on from, beside more: true', answer);
      this.require(step !== more, 'a next page that is not the same page again', answer);
      more = step ?? '';
    }
    this.require(false, `an end of the pages: more was still true on page ${MAX_PAGES}`, answers.at(-1));
    return { answers, labels };
  }

  /** What the entries of a page are called. */
  labelsOf(url: string, { body }: Answer): string[] {
    if (Array.isArray(body.versions)) return body.versions.map(stringOf);
    const objects = objectsOf(body.objects);
    return url.includes('/manifest/') && this.#sample !== undefined
      ? objects.map((record) => labelOfRecord(record, this.sample))
      : objects.map((object) =>
          url.includes('/manifest/') ? `${stringOf(object.id)} ${stringOf(object.version)}` : labelOfObject(object),
        );
  }
}

function nextStep(query: string, { body }: Answer): string {
  return [query, `next=${encodeURIComponent(stringOf(body.next))}`].filter((part) => part !== '').join('&');
}

function dateStep(query: string, answer: Answer): string | undefined {
  const last = answer.header('x-taxii-date-added-last');
  if (last === undefined) return undefined;
  const rest = query.split('&').filter((part) => part !== '' && !part.startsWith('added_after='));
  return [...rest, `added_after=${encodeURIComponent(last)}`].join('&');
}

/** What is missing, too much or out of order, in words; undefined when the lists are equal. */
export function differenceOf(got: readonly string[], wanted: readonly string[]): string | undefined {
  const missing = wanted.filter((label) => !got.includes(label));
  const extra = got.filter((label) => !wanted.includes(label));
  const twice = got.filter((label, i) => got.indexOf(label) !== i);
  const parts = [
    ...(missing.length === 0 ? [] : [`missing: ${describeAll(missing)}`]),
    ...(extra.length === 0 ? [] : [`not asked for: ${describeAll(extra)}`]),
    ...(twice.length === 0 ? [] : [`more than once: ${describeAll(twice)}`]),
  ];
  if (parts.length > 0) return parts.join('; ');
  return got.every((label, i) => label === wanted[i]) ? undefined : `another order: ${describeAll(got)}`;
}

function describeAll(labels: readonly string[]): string {
  if (labels.length === 0) return 'nothing';
  const shown = labels.slice(0, 10).join(', ');
  return labels.length > 10 ? `${shown} and ${labels.length - 10} more` : shown;
}
