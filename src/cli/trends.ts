import { Command, InvalidArgumentError, Option } from 'commander';
import { type Collection, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import type { Store } from '../store/store.ts';
import { type Micros, parseInstant, systemClock } from '../time.ts';
import { countTrends, type TrendRequest } from '../trends/count.ts';
import { DIMENSIONS, type Dimension, PERIODS, type PeriodUnit, type TimeBasis } from '../trends/dimensions.ts';
import { trendCsv, trendDocument } from '../trends/document.ts';
import { periodBefore, periodOf } from '../trends/periods.ts';
import { trendPlaces } from '../trends/places.ts';
import { write } from './io.ts';
import { showProgress } from './progress.ts';
import { selectCollection } from './select.ts';
import { type CommonOptions, command, print, type Session, withStore } from './session.ts';
import { trendsPublishCommand } from './trends-publish.ts';
import { trendLines } from './trends-text.ts';

interface TrendOptions extends CommonOptions {
  readonly by?: Dimension;
  readonly period: PeriodUnit;
  readonly from?: number;
  readonly to?: number;
  readonly time: TimeBasis;
  readonly collection?: readonly string[];
  readonly maxTlp: Tlp;
  readonly top: number;
  readonly minCount: number;
  readonly csv?: true;
}

/** Whoever may run commands on the data directory is an operator. */
const OPERATOR = { operator: 'command line' } as const;

/** Periods of a range that does not say where it begins. */
const DEFAULT_PERIODS = 12;
const DAY_MICROS = 86_400_000_000;

export function trendsCommand(session: Session): Command {
  return new Command('trends')
    .description('what objects add up to: show (without a word too), publish, rebuild')
    .addCommand(showCommand(session), { isDefault: true })
    .addCommand(trendsPublishCommand(session))
    .addCommand(
      command(session, 'rebuild', 'count everything anew from the objects', ['trends rebuild']).action(
        (options: CommonOptions) => rebuild(session, options),
      ),
    )
    .addHelpText('after', '\n"entente trends show --help" lists the options of "entente trends --by …".');
}

function showCommand(session: Session): Command {
  return command(session, 'show', 'count what objects are and what they mention, by day, week or month', [
    'trends --by malware --period month',
    'trends --by country --period week --from 2026-01-01 --to 2026-07-01 --top 50 --csv > countries.csv',
    'trends --by attack-pattern --collection threat-data --max-tlp green --json',
  ])
    .addOption(new Option('--by <DIMENSION>', 'what to count by').choices([...DIMENSIONS]).default('malware'))
    .addOption(new Option('--period <PERIOD>', 'how long a period is').choices([...PERIODS]).default('month'))
    .option('--from <T>', 'first day (default: twelve periods back)', firstDay)
    .option('--to <T>', 'day after the last one (default: the end of the last complete period)', endDay)
    .addOption(
      new Option('--time <TIME>', 'whether the day of the event counts, or that of the arrival here')
        .choices(['event', 'arrival'])
        .default('event'),
    )
    .option(
      '--collection <C>',
      'only this collection: UUID, alias or root/alias; may be given several times',
      (name, list: string[] = []) => [...list, name],
    )
    .addOption(
      new Option('--max-tlp <LEVEL>', 'only what this TLP level admits').choices([...TLP_LEVELS]).default('red'),
    )
    .option('--top <N>', 'how many keys', wholeNumber, 20)
    .option('--min-count <N>', 'withhold counts below this', wholeNumber, 1)
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .action((options: TrendOptions) => show(session, options));
}

async function show(session: Session, options: TrendOptions): Promise<void> {
  await withStore(session, options, false, async (store) => {
    await catchUp(session, store);
    const catalogue = await store.catalogue.load();
    const collections = options.collection?.map((name) => selectCollection(catalogue, name)) ?? allOf(catalogue);
    const now = systemClock();
    const places = trendPlaces(catalogue, OPERATOR, [...new Set(collections)], options.maxTlp, now);
    const trends = await countTrends(store.trends, OPERATOR, places, requestOf(options, now));
    if (options.csv) await write(session.io.stdout, trendCsv(trends));
    else await print(session, trendDocument(trends), trendLines(trends));
  });
}

function allOf({ collection }: { readonly collection: ReadonlyMap<string, { readonly value: Collection }> }) {
  return [...collection.values()].map(({ value }) => value);
}

function requestOf(options: TrendOptions, now: Micros): TrendRequest {
  const { by = 'malware', period: unit, time: basis, top, minCount } = options;
  const until = options.to ?? periodOf(unit, Math.floor(now / DAY_MICROS)).from;
  const from = options.from ?? periodBefore(periodOf(unit, until - 1), DEFAULT_PERIODS - 1).from;
  return { dimension: by, unit, basis, range: { from, until }, top, minCount };
}

async function rebuild(session: Session, options: CommonOptions): Promise<void> {
  await withStore(session, options, false, async (store) => {
    await store.followers.rebuild('trends');
    await catchUp(session, store);
  });
  await print(session, { rebuilt: true }, ['Trends are counted anew.']);
}

/** What arrived while no hub was running is counted now. */
async function catchUp(session: Session, store: Store): Promise<void> {
  const behind = (await store.followers.list()).reduce((sum, follower) => sum + follower.behind, 0);
  if (behind === 0) return;
  using progress = showProgress(session, 'counting');
  await store.followers.catchUp((done, total) => progress.update(done, total));
}

function firstDay(text: string): number {
  return Math.floor(instant(text) / DAY_MICROS);
}

function endDay(text: string): number {
  return Math.ceil(instant(text) / DAY_MICROS);
}

function instant(text: string): Micros {
  const micros = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (micros === undefined) throw new InvalidArgumentError('Expected a date such as 2026-01-31.');
  return micros;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 100_000)
    throw new InvalidArgumentError('Expected a whole number from 1 to 100,000.');
  return value;
}
