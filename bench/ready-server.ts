import fastify from 'fastify';
import { MEDIA_TYPE } from './load/client.ts';

/**
 * A server that has its answers ready: what is left is the cost of HTTP itself. A process of its own, as the hub is.
 * Ends with the pipe to its standard input.
 */
const READY_PAGE_BYTES = 79_000;
const ANSWERS = {
  '/tiny': Buffer.from('{}\n\n'),
  '/page': Buffer.from(`{"objects":["${'x'.repeat(READY_PAGE_BYTES - 17)}"]}`),
} as const;

const app = fastify();
for (const [path, body] of Object.entries(ANSWERS))
  app.get(path, (_, reply) => reply.header('content-type', MEDIA_TYPE).send(body));
const url = await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`listening on ${url}`);
process.stdin.resume().once('end', () => process.exit(0));
