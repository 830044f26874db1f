import type { JsonObject } from '../../stix/json.ts';
import { type Answer, objectsOf, stringOf } from '../answer.ts';
import type { Flaw } from '../check.ts';
import type { Ask, Session } from '../session.ts';
import type { ListedCollection, Target } from '../target.ts';

/** A product that speaks TAXII 2.1, as far as is known what it sends and needs. */
export interface Client {
  /** As it is named on the command line. */
  readonly name: string;
  readonly product: string;
  /** Whether its requests are known; else they are what its documentation and its like suggest. */
  readonly known: boolean;
  /** What whoever sets it up should know. */
  readonly notes: readonly string[];
  /** What to type into it, field by field. */
  settings(target: Target, credentials: Credentials): readonly (readonly [field: string, value: string])[];
  replay(replay: Replay): Promise<void>;
}

export type Credentials = 'none' | 'basic' | 'token';

/** One thing that the client does, and what went wrong with it. */
export interface Step {
  readonly title: string;
  readonly flaws: readonly Flaw[];
}

/** Thrown where the client would give up. */
export class GaveUp extends Error {}

/** The requests of a client, and what it would make of the answers. */
export class Replay {
  readonly session: Session;
  readonly target: Target;
  readonly steps: Step[] = [];
  /** Sent with every request. */
  defaults: Ask = {};
  #flaws: Flaw[] = [];

  constructor(session: Session, target: Target) {
    this.session = session;
    this.target = target;
  }

  /** Does one thing in the client's name. @throws {GaveUp} when it went wrong */
  async step(title: string, act: () => Promise<void>): Promise<void> {
    this.#flaws = [];
    try {
      await act();
    } finally {
      this.steps.push({ title, flaws: this.#flaws });
    }
    if (this.#flaws.length > 0) throw new GaveUp(title);
  }

  request(method: string, url: string, ask: Ask = {}): Promise<Answer> {
    const headers = { ...this.defaults.headers, ...ask.headers };
    return this.session.request(method, url, { ...this.defaults, ...ask, headers });
  }

  /** A GET that must succeed. */
  async get(url: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.request('GET', url, ask);
    this.need(answer.ok && answer.status === 200, '200', answer);
    return answer;
  }

  /** @throws {GaveUp} */
  need(holds: boolean, expected: string, answer?: Answer, found?: string): void {
    if (holds) return;
    this.#flaws.push({ expected, answer, found });
    throw new GaveUp(expected);
  }

  /** The collection that is read. @throws {GaveUp} */
  get reading(): ListedCollection {
    const { reading } = this.target;
    if (reading === undefined) throw new GaveUp('no collection may be read');
    return reading;
  }

  get writing(): ListedCollection | undefined {
    return this.target.writing;
  }

  /** The run's token as a client sends it that has no bearer tokens: `Token x`, or as the password of Basic. */
  authorization(form: 'Token' | 'Basic' | 'basic'): string | null {
    const given = this.session.authorization;
    if (given === undefined) return null;
    const [scheme = '', ...rest] = given.split(' ');
    const value = rest.join(' ');
    if (/^basic$/i.test(scheme)) return form === 'basic' ? `basic ${value}` : given;
    return form === 'Token' ? `Token ${value}` : `${form} ${Buffer.from(`token:${value}`).toString('base64')}`;
  }

  /** All pages, as clients read them that follow `next` until `more` is no longer true. */
  async pages(url: string, query: string, following: (next: string, page: Answer) => string): Promise<Answer[]> {
    const all = [await this.get(query === '' ? url : `${url}?${query}`)];
    for (let page = all[0]; page?.body.more === true; page = all.at(-1)) {
      const { next } = page.body;
      this.need(
        typeof next === 'string' && next !== '',
        'next beside more: true, or this client asks for the first page for ever',
        page,
      );
      if (all.length >= MAX_PAGES) break;
      const answer = await this.get(`${url}?${following(encodeURIComponent(stringOf(next)), page)}`);
      this.need(
        idsOf(answer).join() !== idsOf(page).join() || idsOf(answer).length === 0,
        'another page than the one before',
        answer,
      );
      all.push(answer);
    }
    return all;
  }
}

/** Enough to see whether it works; a client would go on. */
const MAX_PAGES = 8;

export function idsOf({ body }: Answer): string[] {
  return objectsOf(body.objects).map((object: JsonObject) => `${stringOf(object.id)} ${stringOf(object.modified)}`);
}
