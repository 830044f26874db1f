import { readFileSync } from 'node:fs';

/** One of the files in fixtures/stix/pattern. */
export function patternFixture<T>(name: string): Record<string, T> {
  const url = new URL(`../../../fixtures/stix/pattern/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, T>;
}
