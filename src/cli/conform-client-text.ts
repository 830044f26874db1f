import type { ClientReport } from '../conform/clients/index.ts';
import { flawDocument } from '../conform/report.ts';
import { flawText, plain } from './conform-text.ts';
import { pairs } from './table.ts';

/** Whether a product would work with a server, step by step, and what to type into it. */
export function clientText(report: ClientReport): string[] {
  return textOf(report).map(plain);
}

function textOf({ client, target, works, steps, settings, left }: ClientReport): string[] {
  return [
    `${client.product}`,
    `with ${target.root}: ${verdict(client.known, works)}`,
    '',
    ...steps.flatMap(({ title, flaws }) => [
      `${flaws.length === 0 ? 'ok  ' : 'FAIL'}  ${title}`,
      ...flaws.flatMap(flawText),
    ]),
    ...(target.writing === undefined ? ['      adding was not tried: name a --write-collection for that'] : []),
    ...(left.length === 0 ? [] : [`Left behind, since they could not be deleted: ${left.join(', ')}`]),
    '',
    'Settings',
    ...pairs(settings).map((line) => `  ${line}`),
    ...(client.notes.length === 0 ? [] : ['', ...client.notes]),
  ];
}

function verdict(known: boolean, works: boolean): string {
  if (!works) return 'would not work';
  return known ? 'would work' : 'nothing stands in its way that is known; what it really sends is not published';
}

export function clientDocument({ client, target, works, steps, settings, left }: ClientReport): object {
  return {
    client: client.name,
    product: client.product,
    api_root: target.root,
    works,
    requests_known: client.known,
    steps: steps.map(({ title, flaws }) => ({ title, ok: flaws.length === 0, flaws: flaws.map(flawDocument) })),
    settings: Object.fromEntries(settings),
    notes: client.notes,
    left_behind: left,
  };
}
