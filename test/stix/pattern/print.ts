import { escaped, type InnerModel, type PatternModel, type QualifierModel, type StepModel } from './model.ts';

/** The tokens of a pattern, each as it is written. */
export function tokensOf(node: PatternModel): string[] {
  switch (node.kind) {
    case 'observation':
      return ['[', ...innerTokens(node.inner), ']', ...node.qualifiers.flatMap(qualifierTokens)];
    case 'group':
      return ['(', ...tokensOf(node.inner), ')', ...node.qualifiers.flatMap(qualifierTokens)];
    case 'joined':
      return between(node.operands.map(tokensOf), node.operator);
  }
}

/** Joins tokens with the given spaces, one for each gap; a gap between two words always has one. */
export function spaced(tokens: readonly string[], spaces: readonly string[]): string {
  let text = '';
  tokens.forEach((token, i) => {
    const space = spaces.length === 0 ? '' : (spaces[i % spaces.length] ?? '');
    const needed = /[A-Za-z0-9_]$/.test(text) && /^[A-Za-z0-9_.+-]/.test(token) && token !== '.';
    text += `${space === '' && needed ? ' ' : space}${token}`;
  });
  return text;
}

function innerTokens(node: InnerModel): string[] {
  if (node.kind === 'group') return ['(', ...innerTokens(node.inner), ')'];
  if (node.kind === 'joined') return between(node.operands.map(innerTokens), node.operator);
  const path = [node.type, ':', ...node.steps.flatMap(stepTokens)];
  const not = node.negated ? ['NOT'] : [];
  const operands = node.operands.map(({ text }) => text);
  if (node.operator === 'EXISTS') return [...not, 'EXISTS', ...path];
  if (node.operator !== 'IN') return [...path, ...not, node.operator, ...operands];
  return [
    ...path,
    ...not,
    'IN',
    '(',
    ...between(
      operands.map((text) => [text]),
      ',',
    ),
    ')',
  ];
}

function stepTokens(step: StepModel, position: number): string[] {
  if ('index' in step) return ['[', String(step.index), ']'];
  const name =
    /^[a-z][a-z0-9_]*$/.test(step.name) && !/^(?:true|false)$/.test(step.name) ? step.name : escaped(step.name);
  return position === 0 ? [name] : ['.', name];
}

function qualifierTokens(qualifier: QualifierModel): string[] {
  if (qualifier.kind === 'START') return ['START', qualifier.from.text, 'STOP', qualifier.until.text];
  return [qualifier.kind, qualifier.number.text, qualifier.kind === 'WITHIN' ? 'SECONDS' : 'TIMES'];
}

function between(parts: readonly (readonly string[])[], separator: string): string[] {
  return parts.flatMap((part, i) => (i === 0 ? part : [separator, ...part]));
}
