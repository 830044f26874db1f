import type { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { ServerSettings } from './server.ts';

/** Requests of one connection at the same time; more wait at the client. */
const MAX_STREAMS = 100;

/**
 * Makes a server of HTTPS take HTTP/2 as well, as the handshake agrees. Connections of HTTP/1.1 stay with the server, so
 * that its limits and timeouts hold for them as they do in the clear; those of HTTP/2 go to a second server, which
 * listens nowhere and ends with the first.
 */
export function acceptHttp2(server: Server, handler: RequestListener, settings: ServerSettings): void {
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createServer({
    maxSendHeaderBlockLength: settings.maxHeaderBytes,
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: settings.maxHeaderBytes, enablePush: false },
  });
  // Requests of both protocols have in common what the application uses; where it matters it asks for the version.
  const events: EventEmitter = http2;
  events.on('request', handler);
  events.on('checkContinue', handler);
  http2.setTimeout(settings.idleTimeoutMs);
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  // A client that goes away in the middle of something is no fault of ours.
  http2.on('sessionError', (_error, session) => session.destroy());

  const [http1] = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === 'h2') http2.emit('connection', socket);
    else http1?.call(server, socket);
  });
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    closeIdle();
    // Streams under way end first.
    for (const session of sessions) session.close();
  };
  const closeAll = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeAll();
    for (const session of sessions) session.destroy();
  };
}
