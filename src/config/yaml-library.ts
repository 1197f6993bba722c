/** The one importer of `yaml`; loaded only for YAML. */
export { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, Pair, parseDocument, Parser, Scalar } from 'yaml';
export { visit, YAMLMap, YAMLSeq } from 'yaml';
export { stringifyString } from 'yaml/util';
export type { Alias, CST, Document, ScalarTag } from 'yaml';
