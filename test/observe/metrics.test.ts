import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';

test('every event is counted under its name', async () => {
  const metrics = createMetrics(
    async () => 7,
    async () => new Map([['cooperation', 59.5]]),
  );
  metrics.requestAnswered('/:root/', 'GET', 200, 0.02);
  metrics.requestAnswered('/:root/', 'GET', undefined, 0.02);
  metrics.objectsServed(5);
  metrics.objectsRemoved(2);
  metrics.objectsJudged({ added: 3, present: 0, refused: 1 });
  metrics.pushFailed();
  metrics.signInFailed();
  metrics.clockAhead();
  const { contentType, text } = await metrics.render();
  assert.match(contentType, /^text\/plain/);
  for (const line of [
    'entente_http_requests_total{route="/:root/",method="GET",status="200"} 1',
    'entente_http_requests_total{route="/:root/",method="GET",status="none"} 1',
    'entente_http_request_duration_seconds_bucket{le="0.025",route="/:root/",method="GET"} 2',
    'entente_objects_served_total 5',
    'entente_objects_removed_total 2',
    'entente_push_objects_total{outcome="added"} 3',
    'entente_push_objects_total{outcome="present"} 0',
    'entente_push_objects_total{outcome="refused"} 1',
    'entente_push_failures_total 1',
    'entente_sign_in_failures_total 1',
    'entente_clock_ahead_total 1',
    'entente_pushes_pending 7',
    'entente_agreement_days_left{agreement="cooperation"} 59.5',
  ])
    assert.ok(text.split('\n').includes(line), `${line}\n\nis not in\n\n${text}`);
  assert.match(text, /^process_resident_memory_bytes \d+/m);
});

test('two hubs in one process count apart', async () => {
  const [one, two] = [1, 2].map(() =>
    createMetrics(
      async () => 0,
      async () => new Map(),
    ),
  ) as [Metrics, Metrics];
  one.signInFailed();
  assert.match((await two.render()).text, /^entente_sign_in_failures_total 0$/m);
});
