import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const FOLDERS = ['sdos', 'sros', 'observables', 'common'];

/**
 * The plain OASIS JSON Schemas, one compiled check by STIX type.
 * @param directory a checkout of cti-stix2-json-schemas, or its folder `schemas`
 */
export function oasisChecks(directory: string): ReadonlyMap<string, ValidateFunction> {
  // Their regular expressions are not written for Unicode mode.
  const ajv = new Ajv2020({ strict: false, logger: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const root = readdirSync(directory).includes('schemas') ? join(directory, 'schemas') : directory;
  const ids = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const file of readdirSync(join(root, folder))) {
      const schema = JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as AnySchemaObject;
      ajv.addSchema(schema);
      ids.set(file.replace('.json', ''), String(schema.$id));
    }
  return new Map(
    [...ids].flatMap(([type, id]) => {
      const check = ajv.getSchema(id);
      return check === undefined ? [] : [[type, check] as const];
    }),
  );
}
