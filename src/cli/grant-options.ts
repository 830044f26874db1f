import { type Command, Option } from 'commander';
import { AppError } from '../errors.ts';
import { type Catalogue, type Grant, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { listOf, wholeNumber } from './administer.ts';
import { selectCollection } from './select.ts';
import type { CommonOptions } from './session.ts';

/** What a grant consists of, as options of a command. */
export interface GrantFlags extends CommonOptions {
  readonly collection?: string;
  readonly read?: boolean;
  readonly write?: boolean;
  readonly maxTlp?: Tlp;
  readonly types?: readonly string[];
  readonly allTypes?: true;
  readonly delete?: Grant['delete'];
  /** Which grant, as `agreement show` numbers them. */
  readonly grant?: number;
}

export function withGrantRights(made: Command): Command {
  return made
    .option('--collection <C>', 'collection that it is on: UUID, alias or root/alias')
    .option('--read', 'objects may be read')
    .option('--write', 'objects may be added')
    .addOption(new Option('--max-tlp <LEVEL>', 'objects above are neither shown nor taken').choices([...TLP_LEVELS]))
    .option('--types <LIST>', 'only these STIX types, with commas; without it all', listOf)
    .addOption(
      new Option('--delete <WHOSE>', 'whose versions may be deleted (default none)').choices(['own', 'any', 'none']),
    );
}

export function withGrantChanges(made: Command): Command {
  return withGrantRights(made)
    .option('--no-read', 'objects may not be read')
    .option('--no-write', 'objects may not be added')
    .option('--all-types', 'objects of all types');
}

export function withGrantNumber(made: Command): Command {
  return made.option('--grant <NUMBER>', 'which grant, if there are several on the collection', wholeNumber);
}

export function grantFlagsGiven({ read, write, maxTlp, types, allTypes, delete: deletes }: GrantFlags): boolean {
  return [read, write, maxTlp, types, allTypes, deletes].some((flag) => flag !== undefined);
}

/** @throws {AppError} config.invalid, not-found */
export function grantOf(flags: GrantFlags, catalogue: Catalogue): Grant {
  const { collection, read = false, write = false, maxTlp, types, delete: deletes = 'none' } = flags;
  if (collection === undefined || maxTlp === undefined)
    throw new AppError('config.invalid', {
      description: `A grant needs a collection and a ceiling: add ${collection === undefined ? '--collection C' : '--max-tlp LEVEL'}.`,
    });
  const { id } = selectCollection(catalogue, collection);
  return { collection: id, read, write, maxTlp, ...(types === undefined ? {} : { types }), delete: deletes };
}

/** @throws {AppError} config.invalid */
export function grantChange(flags: GrantFlags, grant: Grant): Grant {
  if (flags.types !== undefined && flags.allTypes)
    throw new AppError('config.invalid', { description: 'Either --types LIST or --all-types.' });
  const { types: known, ...rest } = grant;
  const types = flags.allTypes ? undefined : (flags.types ?? known);
  return {
    ...rest,
    read: flags.read ?? grant.read,
    write: flags.write ?? grant.write,
    maxTlp: flags.maxTlp ?? grant.maxTlp,
    delete: flags.delete ?? grant.delete,
    ...(types === undefined ? {} : { types }),
  };
}
