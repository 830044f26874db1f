import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from '../src/index.ts';

test('the public API is this list: what is on it stays, what is added is added here', () => {
  assert.deepEqual(Object.keys(api).sort(), [
    'AppError',
    'ERROR_CODES',
    'buildApp',
    'composeHub',
    'loadServeSettings',
    'loadSettings',
    'openStore',
  ]);
});
