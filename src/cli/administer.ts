import { InvalidArgumentError } from 'commander';
import type { Difference } from '../sharing/difference.ts';
import { type Edit, editCatalogue } from '../sharing/edit.ts';
import type { Catalogue, Origin } from '../sharing/model.ts';
import { writeLine } from './io.ts';
import { type CommonOptions, print, type Session, withStore } from './session.ts';

/** What a command adds to the report of its changes. */
export interface Addition {
  /** Members of the JSON document. */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly lines?: readonly string[];
}

/** Changes the catalogue of the data directory, at once also for a hub that serves it, and reports what was changed. */
export async function administer(
  session: Session,
  options: CommonOptions,
  plan: (catalogue: Catalogue) => Edit,
  more: () => Addition = () => ({}),
): Promise<void> {
  const { differences, warnings } = await withStore(session, options, false, (store) => editCatalogue(store, plan));
  const { document = {}, lines = [] } = more();
  if (!session.json) for (const warning of warnings) await writeLine(session.io.stderr, `warning: ${warning}`);
  await print(session, { changes: differences, warnings, ...document }, [
    ...(differences.length === 0 ? ['Nothing to change: it is so already.'] : differences.flatMap(changeLines)),
    ...lines,
  ]);
}

const SIGNS = { add: '+', change: '~', remove: '-' } as const;

export function changeLines({ action, name, fields }: Difference): string[] {
  return [`${SIGNS[action]} ${name}`, ...fields.map((field) => `    ${field}`)];
}

export function madeBy(origin: Origin): string {
  return origin === 'file' ? 'hub file' : 'hand';
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** An instant; of a date its first. Whether it exists is checked with the rest. */
export function instantOf(text: string): string {
  return DATE.test(text) ? `${text}T00:00:00Z` : text;
}

export function listOf(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** Options that take something away are false: `--no-until`. @returns the member, changed, kept or left out */
export function changed<K extends string>(
  key: K,
  option: string | false | undefined,
  now: string | undefined,
): { readonly [P in K]?: string } {
  const value = option === undefined ? now : option;
  return (value === undefined || value === false ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
