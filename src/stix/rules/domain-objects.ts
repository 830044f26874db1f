import { show } from '../schema/words.ts';
import { isListed } from './lists.ts';
import type { Rule } from './rule.ts';

const SUBDIVISION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;
/** What was probably meant to be a code: letters of a country, a separator, a short rest. */
const CODE_LIKE = /^([A-Za-z]{2,3})[-_:/. ]([A-Z0-9]{1,3}|[a-z]{2})$/;
const MAX_CODE = 10;
const PRODUCT = /^[^\p{Lu}\s_]+$/u;

export const DOMAIN_OBJECT_RULES: readonly Rule[] = [
  {
    id: 'indicator-name-description',
    section: 'STIX 2.1 §4.7.1',
    severity: 'warning',
    types: ['indicator'],
    summary: 'An indicator has a `name` and a `description`, so that people know what it is good for.',
    hint: 'Say what the pattern finds and what to do when it does.',
    check({ name, description }, report) {
      const missing = [name === undefined && 'name', description === undefined && 'description'].filter(Boolean);
      if (missing.length > 0) report('', `The indicator has no ${missing.join(' and no ')}.`);
    },
  },
  {
    id: 'indicator-pattern-version',
    section: 'STIX 2.1 §4.7.1',
    severity: 'warning',
    types: ['indicator'],
    summary: 'The `pattern_version` of a STIX pattern is a version of STIX.',
    hint: 'Write `2.1`, or leave `pattern_version` out.',
    check({ pattern_type: language, pattern_version: version }, report) {
      if (language !== 'stix' || typeof version !== 'string' || version === '2.1' || version === '2.0') return;
      report(
        '/pattern_version',
        `${show(version)} is no version of the STIX patterning language; expected "2.1" or "2.0".`,
      );
    },
  },
  {
    id: 'malware-analysis-product',
    section: 'STIX 2.1 §4.12.1',
    severity: 'warning',
    types: ['malware-analysis'],
    summary: 'The `product` of a malware analysis is lower case, with hyphens between words.',
    hint: 'Write `acme-sandbox` rather than `Acme Sandbox`, and `anonymized` if it cannot be named.',
    check({ product }, report) {
      if (typeof product !== 'string' || PRODUCT.test(product)) return;
      report('/product', `${show(product)} should be lower case, with hyphens between words.`);
    },
  },
  {
    id: 'location-country',
    section: 'STIX 2.1 §4.10.1',
    severity: 'warning',
    types: ['location'],
    summary: 'The `country` is a code of ISO 3166-1 alpha-2.',
    hint: 'Write `DE` rather than `Germany`, `de` or `DEU`.',
    check({ country }, report) {
      if (typeof country !== 'string' || isListed('countries', country.toUpperCase())) return;
      report('/country', `${show(country)} is no country code of ISO 3166-1 alpha-2.`);
    },
  },
  {
    id: 'location-administrative-area',
    section: 'STIX 2.1 §4.10.1',
    severity: 'warning',
    types: ['location'],
    summary:
      'Where the `administrative_area` is a code, it is one of ISO 3166-2 in the country of the location. (Names are common, in the standard itself too, and pass.)',
    hint: 'Write `US-CA` rather than `us-ca`, `US_CA` or `USA-CA`.',
    check({ administrative_area: area, country }, report) {
      if (typeof area !== 'string') return;
      const code = area.length <= MAX_CODE ? CODE_LIKE.exec(area) : null;
      if (!code) return;
      const [, prefix = ''] = code;
      if (!SUBDIVISION.test(area) || !isListed('countries', prefix)) {
        report('/administrative_area', `${show(area)} is not of the form of a code of ISO 3166-2, such as "US-CA".`);
      } else if (typeof country === 'string' && country.toUpperCase() !== prefix) {
        report(
          '/administrative_area',
          `${show(area)} is in the country ${show(prefix)}, but the country of the location is ${show(country)}.`,
        );
      }
    },
  },
  {
    id: 'location-precision',
    section: 'STIX 2.1 §4.10.1',
    severity: 'warning',
    types: ['location'],
    summary: 'The `precision` of a location is a distance in metres, so not negative.',
    hint: 'Write how far off the point may be.',
    check({ precision }, report) {
      if (typeof precision === 'number' && precision < 0)
        report('/precision', `${precision} is no distance in metres; expected 0 or more.`);
    },
  },
  {
    id: 'deprecated-property',
    section: 'STIX 2.1 §4.14.1',
    severity: 'warning',
    types: ['observed-data'],
    summary: 'Observed data refers to its observables instead of holding them in the deprecated `objects`.',
    hint: 'Send the observables as objects of their own and name them in `object_refs`.',
    check({ objects }, report) {
      if (objects !== undefined) report('/objects', '"objects" is deprecated; use object_refs instead.');
    },
  },
];
