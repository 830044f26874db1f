import { type Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../errors.ts';
import {
  type Catalogue,
  type Collection,
  DEFAULT_TRENDS,
  TLP_LEVELS,
  type Tlp,
  type TrendSettings,
} from '../sharing/model.ts';
import { loadExtensionSchemas } from '../stix/schemas.ts';
import { parseInstant, systemClock } from '../time.ts';
import { PERIODS, type PeriodUnit } from '../trends/dimensions.ts';
import { type Period, periodsBetween } from '../trends/periods.ts';
import { type Published, publishTrends } from '../trends/publish.ts';
import { completePeriods } from '../trends/schedule.ts';
import { count } from './io.ts';
import { selectCollection, shortName } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';

interface PublishOptions extends CommonOptions {
  readonly collection?: string;
  readonly period?: readonly PeriodUnit[];
  readonly from?: number;
  readonly to?: number;
  readonly maxTlp?: Tlp;
  readonly minCount?: number;
}

export function trendsPublishCommand(session: Session): Command {
  return command(session, 'publish', 'write a STIX report for each period and dimension that has something', [
    'trends publish',
    'trends publish --period month --from 2026-01-01 --to 2026-07-01',
    'trends publish --collection cybercrime-trends --max-tlp amber',
  ])
    .option('--collection <C>', 'where to (default: publish_to of the hub file)')
    .addOption(
      new Option(
        '--period <PERIOD>',
        'how long a period is; may be given several times (default: as the hub file says)',
      )
        .choices([...PERIODS])
        .argParser((unit, list: string[] = []) => {
          if (!(PERIODS as readonly string[]).includes(unit))
            throw new InvalidArgumentError(`Expected one of ${PERIODS.join(', ')}.`);
          return [...list, unit];
        }),
    )
    .option('--from <T>', 'first day (default: the last two complete periods)', day)
    .option('--to <T>', 'day after the last one', day)
    .addOption(
      new Option('--max-tlp <LEVEL>', 'count nothing above (default: as the hub file says)').choices([...TLP_LEVELS]),
    )
    .option('--min-count <N>', 'withhold counts below this (default: as the hub file says)', atLeastOne)
    .action((options: PublishOptions) => publish(session, options));
}

async function publish(session: Session, options: PublishOptions): Promise<void> {
  const { target, published } = await withStore(session, options, false, async (store, { schemaDirectory }) => {
    const catalogue = await store.catalogue.load();
    const settings: TrendSettings = catalogue.hub.get('hub')?.value.trends ?? DEFAULT_TRENDS;
    const target = targetOf(catalogue, options.collection, settings);
    const { period: units = settings.periods, maxTlp = settings.maxTlp, minCount = settings.minCount } = options;
    const request = { target, periods: units.flatMap((unit) => periodsOf(unit, options)), maxTlp, minCount };
    const deps = { store, clock: systemClock, extensionSchemas: loadExtensionSchemas(schemaDirectory) };
    return { target, published: await publishTrends(deps, request) };
  });
  await print(session, { collection: target.id, reports: published }, [
    ...linesOf(published),
    summaryOf(published, target),
  ]);
}

function targetOf(catalogue: Catalogue, name: string | undefined, settings: TrendSettings): Collection {
  const target = name ?? settings.publishTo;
  if (target === undefined)
    throw new AppError('config.invalid', {
      description: 'Where to publish is not said: give --collection, or set "publish_to" of "trends" in the hub file.',
    });
  return selectCollection(catalogue, target);
}

function periodsOf(unit: PeriodUnit, { from, to }: PublishOptions): readonly Period[] {
  const complete = completePeriods(unit, systemClock());
  if (from === undefined && to === undefined) return complete;
  const last = complete.at(-1);
  const range = { from: from ?? complete[0]?.from ?? 0, until: to ?? last?.until ?? 0 };
  return periodsBetween(unit, range).filter(({ until }) => until <= (last?.until ?? 0));
}

const WORDS = { new: 'published', changed: 'changed', revoked: 'revoked', same: 'the same' } as const;

function linesOf(published: readonly Published[]): string[] {
  return published
    .filter(({ outcome }) => outcome !== 'same')
    .map(({ outcome, period, dimension, id }) => `${WORDS[outcome]}: ${dimension}, ${period} (${id})`);
}

function summaryOf(published: readonly Published[], target: Collection): string {
  const of = (outcome: Published['outcome']): number => published.filter((one) => one.outcome === outcome).length;
  const parts = [`${of('new')} new`, `${of('changed')} changed`, `${of('same')} as they were`];
  if (of('revoked') > 0) parts.push(`${of('revoked')} revoked`);
  return `${count(published.length, 'report')} in ${shortName(target)}: ${parts.join(', ')}.`;
}

function day(text: string): number {
  const micros = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (micros === undefined) throw new InvalidArgumentError('Expected a date such as 2026-01-31.');
  return Math.floor(micros / 86_400_000_000);
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}
