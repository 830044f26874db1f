import { Command, InvalidArgumentError } from 'commander';
import { basic, type Target } from './load/target.ts';

export const PARTS = [
  'ingest',
  'import',
  'drain',
  'pages',
  'polls',
  'hidden',
  'access',
  'connections',
  'busy',
  'adverse',
  'sign-in',
  'size',
  'ledger',
  'validate',
  'trends',
  'console',
  'hostile',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly objects: number;
  readonly only: ReadonlySet<Part>;
  readonly json: boolean;
  /** Another server to load instead of a hub of our own. */
  readonly against?: Target;
  /** Where the OASIS JSON Schemas are. */
  readonly oasis?: string;
}

const EXAMPLES = `
Examples:
  npm run bench                                          100,000 objects, everything
  npm run bench -- --objects 1000000 --only ingest,pages
  npm run bench -- --only validate --oasis ../cti-stix2-json-schemas
  npm run bench -- --against http://127.0.0.1:5000 --root /trustgroup1/ \\
      --collection 365fed99-08fa-fdcd-a1b3-fb247eb41d01 --user admin --password Password0

The result also goes to .bench/ as JSON. With --against, the collection should be empty: the objects stay in it.`;

/** Reads the command line; prints help or what is wrong and ends the process where there is nothing to run. */
export function readOptions(argv: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description('Measures a hub under load, beside what this machine can do without it.')
    .option('--objects <n>', 'objects to load', count, 100_000)
    .option('--only <parts>', `a list of ${PARTS.join(', ')} (default: all but hostile)`, parts)
    .option('--json', 'print the result as JSON', false)
    .option('--oasis <dir>', 'OASIS JSON Schemas (cti-stix2-json-schemas) to compare validation with')
    .option('--against <url>', 'load another TAXII 2.1 server: scheme, host and port')
    .option('--root <path>', 'its API root', '/api/')
    .option('--collection <id>', 'its collection, readable and writable')
    .option('--user <name>', 'HTTP Basic user')
    .option('--password <password>', 'HTTP Basic password')
    .addHelpText('after', EXAMPLES)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse([...argv], { from: 'user' });
  const {
    objects,
    only = new Set(PARTS.filter((part) => part !== 'hostile')),
    json,
    oasis,
    against,
    root,
    collection,
    user,
    password,
  } = command.opts<{
    objects: number;
    only?: Set<Part>;
    json: boolean;
    oasis?: string;
    against?: string;
    root: string;
    collection?: string;
    user?: string;
    password?: string;
  }>();
  const base = { objects, only, json, ...(oasis === undefined ? {} : { oasis }) };
  if (against === undefined) return base;
  if (collection === undefined) command.error('--against needs --collection, the id of a collection on that server');
  if (!URL.canParse(against)) command.error(`--against ${against} is no URL; expected one such as http://host:5000`);
  const target: Target = {
    origin: new URL(against).origin,
    root: `/${root.replaceAll(/^\/|\/$/g, '')}/`,
    collection: collection as string,
    ...(user === undefined ? {} : { authorization: basic(user, password ?? '') }),
  };
  return { ...base, against: target };
}

function count(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (!Number.isSafeInteger(value) || value < 1000)
    throw new InvalidArgumentError('Expected a whole number from 1000.');
  return value;
}

function parts(text: string): Set<Part> {
  const names = text.split(',');
  for (const name of names)
    if (!(PARTS as readonly string[]).includes(name))
      throw new InvalidArgumentError(`"${name}" is no part; the parts are ${PARTS.join(', ')}.`);
  return new Set(names as Part[]);
}
