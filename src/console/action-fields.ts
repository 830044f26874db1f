import { refused } from '../sharing/known.ts';
import { type Agreement, type Grant, type Owner, TLP_LEVELS, type Tlp } from '../sharing/model.ts';
import { formatMicros, type Micros, parseInstant } from '../time.ts';

/** The fields of a form. */
export interface Form {
  text(name: string): string;
  optional(name: string): string | undefined;
  is(name: string): boolean;
  all(name: string): readonly string[];
}

export function formOf(parameters: URLSearchParams): Form {
  const optional = (name: string): string | undefined => {
    const value = parameters.get(name)?.trim();
    return value === '' ? undefined : value;
  };
  return {
    optional,
    text(name) {
      const value = optional(name);
      if (value === undefined) throw refused(`The field "${name}" is empty.`);
      return value;
    },
    is: (name) => optional(name) !== undefined,
    all: (name) => parameters.getAll(name).filter((value) => value !== ''),
  };
}

export function termsOf(
  form: Form,
  now: Micros,
): { readonly owner: Owner; readonly created: string; readonly expires?: string } {
  const [kind, name = ''] = splitOnce(form.text('owner'), ':');
  const expires = form.optional('expires');
  return {
    owner: kind === 'operator' ? { operator: name } : { partner: name },
    created: formatMicros(now),
    ...(expires === undefined ? {} : { expires: instantOf(expires) }),
  };
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export function termOf(form: Form): Pick<Agreement, 'title' | 'purpose' | 'from' | 'until'> {
  const [title, purpose, from, until] = ['title', 'purpose', 'from', 'until'].map((name) => form.optional(name));
  return {
    ...(title === undefined ? {} : { title }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(from === undefined ? {} : { from: instantOf(from) }),
    ...(until === undefined ? {} : { until: instantOf(until) }),
  };
}

/** A date stands for its first instant, UTC. */
export function instantOf(text: string): string {
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  if (parseInstant(whole) === undefined)
    throw refused(`"${text}" is no date that exists; expected one such as 2027-01-31.`);
  return whole;
}

export function grantOf(form: Form): Grant {
  const level = form.text('max_tlp');
  const maxTlp: Tlp | undefined = TLP_LEVELS.find((one) => one === level);
  if (maxTlp === undefined) throw refused(`"${level}" is no TLP level.`);
  const whose = form.optional('delete') ?? 'none';
  const types = (form.optional('types') ?? '').split(/[\s,]+/).filter((type) => type !== '');
  return {
    collection: form.text('collection'),
    read: form.is('read'),
    write: form.is('write'),
    maxTlp,
    ...(types.length === 0 ? {} : { types }),
    delete: whose === 'own' || whose === 'any' ? whose : 'none',
  };
}
