import type { Comparison, IndexStep, Literal } from './ast.ts';
import type { Report } from './findings.ts';
import { isDigit } from './literals.ts';
import { quoted } from './syntax-error.ts';

const PLUS = 43;
const MINUS = 45;
const DOT = 46;

/** Spellings that tools accept although the standard does not have them. Source: STIX 2.1 §9.2, §9.6.1 */
export function checkSpelling(text: string, { operator, operatorStart }: Comparison, report: Report): void {
  if (operator === '=' && text.startsWith('==', operatorStart)) {
    report('pattern-extra-syntax', operatorStart, 'the standard writes = for equality, not ==');
  } else if (operator === '!=' && text.startsWith('<>', operatorStart)) {
    report('pattern-extra-syntax', operatorStart, 'the standard writes != for inequality, not <>');
  }
}

export function checkConstant(text: string, constant: Literal, report: Report): void {
  if (constant.kind === 'integer' || constant.kind === 'float') checkNumber(text, constant, report);
  else if (constant.kind === 'hex') checkHexCase(text, constant, report);
}

/** Signs, leading dots and the ranges of numbers. Source: STIX 2.1 §2.6, §2.10, §9.2 */
export function checkNumber(text: string, { kind, start, end, value }: Literal, report: Report): void {
  const fits = kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits) {
    const range = kind === 'integer' ? 'from -9007199254740991 to 9007199254740991' : 'of IEEE 754 doubles';
    const number = quoted(text.slice(start, end));
    report('pattern-number-range', start, `the number ${number} is outside of the range ${range}`);
  }
  const first = text.charCodeAt(start);
  if (first === PLUS) report('pattern-plus-sign', start, 'numbers are written without a plus sign');
  const digit = first === PLUS || first === MINUS ? start + 1 : start;
  if (text.charCodeAt(digit) === DOT && isDigit(text.charCodeAt(digit + 1))) {
    report('pattern-extra-syntax', start, 'a number begins with a digit: write 0.5, not .5');
  }
}

/** Source: STIX 2.1 §9.7.2 */
export function checkIndex(text: string, { index, indexStart, end }: IndexStep, report: Report): void {
  if (index === '*') return;
  const first = text.charCodeAt(indexStart);
  if (first === MINUS) {
    report('pattern-index', indexStart, `expected a list index of 0 or more, or *, found ${index}`);
  } else if (!Number.isSafeInteger(index)) {
    const number = quoted(text.slice(indexStart, end - 1));
    report('pattern-number-range', indexStart, `the list index ${number} is larger than any list`);
  } else if (first === PLUS) report('pattern-plus-sign', indexStart, 'a list index is written without a plus sign');
}

function checkHexCase(text: string, { start, end }: Literal, report: Report): void {
  for (let i = start + 2; i < end - 1; i++) {
    const code = text.charCodeAt(i);
    if (code < 65 || code > 70) continue;
    report('pattern-hex-case', i, `hexadecimal digits are lower case, found ${text.charAt(i)}`);
    break;
  }
}
