import { AppError } from '../errors.ts';
import { formatPath, type Problem } from './hub-document.ts';
import { type Agreement, ANONYMOUS, type Catalogue, type Collection, type Feed, type Partner } from './model.ts';

/** Names that one message lists. */
const MAX_LISTED = 20;

/** @throws {AppError} not-found with the partners there are */
export function knownPartner(catalogue: Catalogue, name: string): Partner {
  const found = catalogue.partner.get(name)?.value;
  if (found === undefined) throw unknown('partner', name, catalogue.partner.keys(), '"entente partner add NAME"');
  return found;
}

/** @throws {AppError} not-found with the operators there are */
export function knownOperator(catalogue: Catalogue, name: string): void {
  if (!catalogue.operator.has(name))
    throw unknown('operator', name, catalogue.operator.keys(), 'a hub file and "entente apply FILE"');
}

/**
 * The name of whom an agreement may be with: a partner, or everybody.
 * @throws {AppError} not-found
 */
export function knownParty(catalogue: Catalogue, name: string): string {
  return name === ANONYMOUS ? name : knownPartner(catalogue, name).name;
}

/** @throws {AppError} not-found with the agreements there are */
export function knownAgreement(catalogue: Catalogue, name: string): Agreement {
  const found = catalogue.agreement.get(name)?.value;
  if (found === undefined)
    throw unknown('agreement', name, catalogue.agreement.keys(), '"entente agreement add NAME --partner P"');
  return found;
}

/** @throws {AppError} not-found with the feeds there are */
export function knownFeed(catalogue: Catalogue, name: string): Feed {
  const found = catalogue.feed.get(name)?.value;
  if (found === undefined) throw unknown('feed', name, catalogue.feed.keys(), '"entente feed add NAME"');
  return found;
}

/** @throws {AppError} not-found with the API roots there are */
export function knownRoot(catalogue: Catalogue, path: string): string {
  if (!catalogue['api-root'].has(path))
    throw unknown('API root', path, catalogue['api-root'].keys(), 'a hub file and "entente apply FILE"');
  return path;
}

/** @throws {AppError} not-found when the collection is gone meanwhile */
export function knownCollection(catalogue: Catalogue, id: string): Collection {
  const found = catalogue.collection.get(id)?.value;
  if (found === undefined) throw refused(`There is no collection with the id ${id} any more.`, 'not-found');
  return found;
}

function unknown(kind: string, name: string, names: Iterable<string>, maker: string): AppError {
  const all = [...names].sort();
  const more = all.length > MAX_LISTED ? `, and ${all.length - MAX_LISTED} more` : '';
  const known =
    all.length === 0
      ? `The hub has none; ${maker} makes one.`
      : `There are: ${all.slice(0, MAX_LISTED).join(', ')}${more}.`;
  return refused(`There is no ${kind} "${name}". ${known}`, 'not-found');
}

/** What cannot be done as asked. */
export function refused(description: string, code: 'config.invalid' | 'not-found' = 'config.invalid'): AppError {
  return new AppError(code, { description });
}

/** @throws {AppError} config.invalid naming every problem of what was to be made */
export function refuseProblems(subject: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => {
    const at = formatPath(path);
    return at === '' ? message : `${at}: ${message}`;
  });
  const description = `${subject} is not acceptable:\n${lines.join('\n')}`;
  throw new AppError('config.invalid', { description, details: { problems: lines } });
}
