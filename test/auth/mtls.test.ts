import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import {
  canonicalFingerprint,
  canonicalSubject,
  certificateOfHeader,
  clientCertificate,
  isFingerprint,
  isSubject,
} from '../../src/auth/mtls.ts';
import type { AppError } from '../../src/errors.ts';
import type { Catalogue, CredentialKind, MtlsCredential } from '../../src/sharing/model.ts';
import { issue } from '../certificates.ts';
import { catalogueOf } from '../sharing/catalogue-of.ts';
import { basic, instant, isCode, signIn } from './sign-in.ts';

const VALID = { validFrom: instant('2026-01-01T00:00:00Z') / 1000, validTo: instant('2027-01-01T00:00:00Z') / 1000 };
const SUBJECT = 'CN=vendor,O=Vendor\\, Inc.';
const FINGERPRINT = `sha256:${'0123456789abcdef'.repeat(4)}`;
const certificate = { subject: SUBJECT, fingerprint: FINGERPRINT, ...VALID };

interface Shape {
  readonly certificate?: MtlsCredential['certificate'];
  readonly requires?: readonly CredentialKind[];
  readonly passwordRequires?: readonly CredentialKind[];
  readonly owner?: string;
}

function hub({ certificate = { subject: SUBJECT }, requires = [], passwordRequires = [], owner }: Shape): Catalogue {
  return catalogueOf({
    partner: [{ name: 'vendor' }, { name: 'other' }],
    credential: [
      { kind: 'mtls', owner: { partner: owner ?? 'vendor' }, certificate, requires },
      { kind: 'basic', user: 'v', owner: { partner: 'vendor' }, passwordHash: 'hash of p', requires: passwordRequires },
    ],
  });
}

const newAuthenticator = () =>
  createAuthenticator({ verify: async (password, stored) => stored === `hash of ${password}` });

describe('client certificates (T21-8.3.1-01)', () => {
  test('sign in by subject or by fingerprint (T21-8.3.1-03)', async () => {
    for (const wanted of [{ subject: SUBJECT }, { fingerprint: FINGERPRINT }])
      assert.deepEqual(await signIn(newAuthenticator(), { certificate }, hub({ certificate: wanted })), {
        partner: 'vendor',
      });
  });

  test('one that nobody registered is refused and told which it is, and does no harm beside a password', async () => {
    const catalogue = hub({ certificate: { subject: 'CN=another' } });
    await assert.rejects(
      signIn(newAuthenticator(), { certificate }, catalogue),
      (error) => isCode('auth.invalid')(error) && (error as AppError).message.includes(FINGERPRINT),
    );
    assert.deepEqual(await signIn(newAuthenticator(), { certificate, ...basic('v', 'p') }, catalogue), {
      partner: 'vendor',
    });
  });

  test('one that ends while its connection stays open ends too (T21-8.3.1-02)', async () => {
    for (const now of [VALID.validTo * 1000, VALID.validFrom * 1000 - 1])
      await assert.rejects(signIn(newAuthenticator(), { certificate }, hub({}), now), isCode('auth.invalid'));
  });

  test('a password that demands a certificate holds only with one of the same owner', async () => {
    const catalogue = hub({ requires: ['basic'], passwordRequires: ['mtls'] });
    const both = { certificate, ...basic('v', 'p') };
    assert.deepEqual(await signIn(newAuthenticator(), both, catalogue), { partner: 'vendor' });
    const refused = [
      basic('v', 'p'),
      { certificate },
      { certificate, ...basic('v', 'wrong') },
      { certificate: { ...certificate, subject: 'CN=x', fingerprint: 'sha256:x' }, ...basic('v', 'p') },
    ];
    const words = new Set<string>();
    for (const brought of refused)
      await assert.rejects(signIn(newAuthenticator(), brought, catalogue), (error) => {
        words.add((error as AppError).message);
        return isCode('auth.invalid')(error);
      });
    assert.equal(words.size, 1, 'the words do not tell that the password was right');
    const foreign = hub({ owner: 'other', passwordRequires: ['mtls'] });
    await assert.rejects(signIn(newAuthenticator(), both, foreign), isCode('auth.invalid'));
  });
});

describe('names of certificates', () => {
  test('subjects have one spelling (RFC 4514)', () => {
    const spellings = ['cn = vendor , O=Vendor\\, Inc.', 'CN=vendor,o=Vendor\\, Inc.  ', ` ${SUBJECT}`];
    for (const text of spellings) assert.equal(canonicalSubject(text), SUBJECT);
    assert.equal(canonicalSubject('OU=b+CN=a,O=x'), 'CN=a+OU=b,O=x');
    assert.notEqual(canonicalSubject('O=x,CN=a'), canonicalSubject('CN=a,O=x'), 'the order counts');
    assert.notEqual(canonicalSubject('CN=A'), canonicalSubject('CN=a'), 'capitals of values count');
    for (const text of ['', 'vendor', 'CN=', 'CN=a,', '=a', 'CN=a,,O=b']) assert.ok(!isSubject(text), text);
    for (const text of ['CN=a', 'cn = a b , 2.5.4.10=x', 'CN=a\\,b']) assert.ok(isSubject(text), text);
  });

  test('fingerprints are read with and without colons', () => {
    const hex = FINGERPRINT.slice(7);
    const colons = hex.toUpperCase().replace(/..(?!$)/g, '$&:');
    for (const text of [hex, colons, `SHA256:${hex}`, `sha256:${colons}`, `SHA-256=${colons}`]) {
      assert.equal(canonicalFingerprint(text), FINGERPRINT);
      assert.ok(isFingerprint(text));
    }
    for (const text of ['', hex.slice(1), `${hex}0`, `g${hex.slice(1)}`]) assert.ok(!isFingerprint(text));
  });

  test('the subject of a real certificate comes most specific first, with its special characters escaped', () => {
    const ca = issue({ subject: { O: 'CA' }, ca: true });
    const { cert } = issue({ subject: { C: 'NL', O: 'Vendor, Inc.', CN: 'a+b=c' }, issuer: ca });
    const { subject, fingerprint, validTo } = clientCertificate(new X509Certificate(cert));
    assert.equal(subject, canonicalSubject('CN=a\\+b=c,O=Vendor\\, Inc.,C=NL'));
    assert.ok(isSubject(subject) && isFingerprint(fingerprint) && validTo > Date.now());
  });

  test('a name cannot pass for two, whatever characters it holds', () => {
    const ca = issue({ subject: { O: 'CA' }, ca: true });
    for (const CN of ['x\nO=Vendor', 'x,O=Vendor', 'x\\', 'x+O=Vendor', ' x ', '#x', 'x\u0000y']) {
      const { cert } = issue({ subject: { CN }, issuer: ca });
      const { subject } = clientCertificate(new X509Certificate(cert));
      assert.ok(!/(^|[^\\])[,+]O=/.test(subject), JSON.stringify(subject));
    }
  });

  test('a header of a proxy is read as RFC 9440 or as percent-encoded PEM, and nothing else', () => {
    const { cert } = issue({ subject: { CN: 'a' }, ca: true });
    const expected = clientCertificate(new X509Certificate(cert));
    const raw = new X509Certificate(cert).raw.toString('base64');
    for (const text of [`:${raw}:`, encodeURIComponent(cert)]) assert.deepEqual(certificateOfHeader(text), expected);
    for (const text of ['', 'CN=a', ':AAAA:', '%', '::', raw])
      assert.throws(() => certificateOfHeader(text), isCode('auth.invalid'), text);
  });
});
