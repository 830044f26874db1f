import { resolve } from 'node:path';
import type { FeedCredentialsEntry, FeedEntry, FeedTermsEntry, HubDocument } from './hub-document.ts';
import { type CollectionIds, given } from './hub-entities.ts';
import { collectionsNamed } from './hub-rules.ts';
import type { Feed, FeedCredentials, FeedTerms, SecretPlace } from './model.ts';

export interface WantedFeedEntry {
  readonly entry: FeedEntry;
  readonly document: HubDocument;
}

export function feedEntries(document: HubDocument): WantedFeedEntry[] {
  return (document.feeds ?? []).map((entry) => ({ entry, document }));
}

/** @param directory what paths are relative to */
export function wantedFeed({ entry, document }: WantedFeedEntry, ids: CollectionIds, directory: string): Feed {
  const [named] = collectionsNamed(document, entry.collection);
  const collection = named && ids.get(named.entry);
  if (collection === undefined) throw new Error(`The collection of the feed "${entry.name}" was given no id.`);
  return feedOf(entry, collection, directory);
}

/** A feed as it is stored. @param collection id of the one that the entry names */
export function feedOf(entry: FeedEntry, collection: string, directory: string): Feed {
  const { name, partner, url, remote_collection, credentials, tls, proxy, proxy_env, allow, pull, push } = entry;
  const path = (file: string | undefined): string | undefined => file && resolve(directory, file);
  return given({
    name,
    partner,
    collection,
    url: url.endsWith('/') ? url : `${url}/`,
    remoteCollection: remote_collection,
    credentials: credentials && credentialsOf(credentials, directory),
    tls: tls && given({ caFile: path(tls.ca_file), certFile: path(tls.cert_file), keyFile: path(tls.key_file) }),
    proxy: proxy !== undefined ? { url: proxy } : proxy_env === undefined ? undefined : { env: proxy_env },
    allow,
    pull: pull && termsOf(pull),
    push: push && termsOf(push),
  });
}

function credentialsOf(entry: FeedCredentialsEntry, directory: string): FeedCredentials {
  if (entry.kind === 'basic')
    return { kind: 'basic', user: entry.user, ...placeOf(entry.password_env, entry.password_file, directory) };
  const place = placeOf(entry.token_env, entry.token_file, directory);
  return { kind: 'token', ...(entry.scheme === undefined ? {} : { scheme: entry.scheme }), ...place };
}

function placeOf(env: string | undefined, file: string | undefined, directory: string): SecretPlace {
  return env === undefined ? { file: resolve(directory, file ?? '') } : { env };
}

function termsOf({ schedule, types, max_tlp, added_after }: FeedTermsEntry): FeedTerms {
  return given({ schedule, types, maxTlp: max_tlp, addedAfter: added_after });
}

/** A feed in the form that it has in a hub file. @param collection how the file calls it */
export function feedEntry(feed: Feed, collection: string): FeedEntry {
  const { name, partner, url, remoteCollection, credentials, tls, proxy, allow, pull, push } = feed;
  return given({
    name,
    partner,
    collection,
    url,
    remote_collection: remoteCollection,
    credentials: credentials && signInEntry(credentials),
    tls: tls && given({ ca_file: tls.caFile, cert_file: tls.certFile, key_file: tls.keyFile }),
    proxy: proxy !== undefined && 'url' in proxy ? proxy.url : undefined,
    proxy_env: proxy !== undefined && 'env' in proxy ? proxy.env : undefined,
    allow,
    pull: pull && termsEntry(pull),
    push: push && termsEntry(push),
  });
}

function signInEntry(credentials: FeedCredentials): FeedCredentialsEntry {
  const [env, file] = 'env' in credentials ? [credentials.env, undefined] : [undefined, credentials.file];
  return credentials.kind === 'basic'
    ? given({ kind: 'basic' as const, user: credentials.user, password_env: env, password_file: file })
    : given({ kind: 'token' as const, scheme: credentials.scheme, token_env: env, token_file: file });
}

function termsEntry({ schedule, types, maxTlp, addedAfter }: FeedTerms): FeedTermsEntry {
  return given({ schedule, types, max_tlp: maxTlp, added_after: addedAfter });
}
