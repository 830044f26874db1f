import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONFORM_DOCUMENT, conformDocument } from '../../scripts/generate-conform-doc.ts';
import { CHECKS } from '../../src/conform/checks/index.ts';
import { CLIENTS } from '../../src/conform/clients/index.ts';
import { LEVELS, PART_TITLES, partOf } from '../../src/conform/requirements.ts';
import { UNSEEN } from '../../src/conform/unseen.ts';
import { ADDING } from './faulty/adding.ts';
import { DELETING } from './faulty/deleting.ts';
import { DETAILS } from './faulty/details.ts';
import { EXCHANGES } from './faulty/exchanges.ts';
import { FILTERS } from './faulty/filters.ts';
import { PAGING } from './faulty/pages.ts';
import { RESOURCES } from './faulty/resources.ts';

const shown = new Set(CHECKS.flatMap(({ id, also }) => [id, ...also]));
const FAULTS = [...ADDING, ...DELETING, ...DETAILS, ...EXCHANGES, ...FILTERS, ...PAGING, ...RESOURCES];

test('every requirement has a check, or a reason why it cannot be seen from outside, and not both', () => {
  const unseen = Object.keys(UNSEEN);
  assert.deepEqual(
    [...LEVELS.keys()].filter((row) => !shown.has(row) && !unseen.includes(row)),
    [],
  );
  assert.deepEqual(
    unseen.filter((row) => shown.has(row) || !LEVELS.has(row)),
    [],
  );
  assert.deepEqual(
    [...shown].filter((row) => !LEVELS.has(row)),
    [],
  );
  for (const [row, why] of Object.entries(UNSEEN)) assert.ok(why.length > 20, row);
});

test('every check belongs to a part of the standard and has a title of its own', () => {
  for (const { id } of CHECKS) assert.ok(PART_TITLES.includes(partOf(id)), id);
  const names = CHECKS.map(({ id, title }) => `${id} ${title}`);
  assert.equal(new Set(names).size, names.length);
});

test('every check that can fail against a server over HTTP has a planted fault that it finds', () => {
  const broken = new Set(FAULTS.map(({ breaks }) => breaks));
  const untried = CHECKS.filter(({ id, also }) => ![id, ...also].some((row) => broken.has(row))).map(({ id }) => id);
  assert.deepEqual(untried, UNTRIED);
});

test('planted faults have names of their own', () => {
  const names = FAULTS.map(({ breaks, name }) => `${breaks} ${name}`);
  assert.equal(new Set(names).size, names.length);
});

test('docs/conform.md lists the checks as they are (run npm run generate)', () => {
  assert.equal(readFileSync(CONFORM_DOCUMENT, 'utf8'), conformDocument());
});

test('docs/clients.md has a section for each product, with what to type on the command line', () => {
  const document = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  for (const { name } of CLIENTS)
    assert.match(document, new RegExp(`^\`entente conform [^\`]* --as ${name}\``, 'm'), name);
});

/** Shown in transport.test.ts and conform.test.ts, or never broken by what a proxy can do. */
const UNTRIED: readonly string[] = [
  'T21-5.5-22',
  'T21-8.2.2-01',
  'T21-8.2.2-02',
  'T21-8.2.2-03',
  'T21-8.2.2-05',
  'T21-8.2.2-06',
  'T21-8.2.2-07',
  'T21-8.2.2-09',
  'T21-8.3.1-01',
  'T21-8.2.2-04',
  'T21-B-04',
  'T21-D-13',
];
