import assert from 'node:assert/strict';
import type { Answer } from '../http/hub.ts';

/** Cells of the table as they are compared. All are, and those that differ are reported together. */
export class Cells {
  static count = 0;
  readonly #wrong: string[] = [];

  /** One cell. */
  check(where: string, actual: unknown, expected: unknown): void {
    Cells.count += 1;
    try {
      assert.deepEqual(actual, expected);
    } catch {
      this.#wrong.push(`${where}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
    }
  }

  /** One cell: two answers are the same octet by octet. */
  same(where: string, actual: Answer, expected: Answer): void {
    this.check(`${where} answers as what is absent`, bare(actual), bare(expected));
  }

  done(): void {
    const shown = this.#wrong.slice(0, 20);
    assert.equal(this.#wrong.length, 0, `${this.#wrong.length} cells differ:\n${shown.join('\n')}`);
  }
}

/** All of an answer but what differs between two requests for the same. */
export function bare({ status, headers, text }: Answer) {
  const { date: _date, 'x-request-id': _id, ...rest } = headers;
  return { status, headers: rest, body: text.replace(/"error_id":"[^"]*"/, '"error_id":""') };
}
