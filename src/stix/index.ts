/** The public API of `entente-taxii/stix`: STIX without the server. */

export { deterministicId, OBSERVABLE_NAMESPACE } from './deterministic-id.ts';
export type { Finding } from './finding.ts';
export type * as Stix20 from './generated/stix-2.0.ts';
export type * from './generated/stix-2.1.ts';
export type * as Taxii from './generated/taxii-2.1.ts';
export { META_TYPES, type ObjectKey, objectKey, SCO_TYPES, SDO_TYPES, SRO_TYPES } from './object-key.ts';
export type * as PatternTree from './pattern/ast.ts';
export { parsePattern } from './pattern/build.ts';
export { checkPattern, type PatternContext } from './pattern/check.ts';
export type { PatternFinding } from './pattern/rules.ts';
export { type ExtensionFault, type ExtensionSchemas, loadExtensionSchemas } from './schemas.ts';
export { type Level, refuses, type ValidateOptions, validate } from './validate.ts';
export { VOCABULARIES } from './vocabularies.ts';
