import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type ClientCertificate, clientCertificate } from '../auth/mtls.ts';

/** What a client showed when it connected. */
interface Peer {
  readonly certificate?: ClientCertificate;
  /** Why its certificate does not count. */
  readonly fault?: string;
}

const NONE: Peer = {};
const peers = new WeakMap<Socket, Peer>();

/** Read once a connection. */
export function peerCertificate(socket: Socket): Peer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = isTls(socket) ? peerOf(socket) : NONE;
    peers.set(socket, peer);
  }
  return peer;
}

function peerOf(socket: TLSSocket): Peer {
  // Nobody asked for one unless there is a client CA.
  const x509: X509Certificate | undefined = socket.getPeerX509Certificate();
  if (x509 === undefined) return NONE;
  if (socket.authorized) return { certificate: clientCertificate(x509) };
  return { fault: FAULTS[String(socket.authorizationError)] ?? String(socket.authorizationError) };
}

/** What OpenSSL's names mean. */
const FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself, not by the CA of this hub',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not the one of this hub',
  UNABLE_TO_GET_ISSUER_CERT: 'its CA is not the one of this hub',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its CA is not the one of this hub',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not the one of this hub',
  INVALID_PURPOSE: 'its extended key usage does not allow client authentication',
};

export function isTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true;
}
