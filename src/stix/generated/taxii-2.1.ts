// Made by scripts/generate-types.ts from the files under schemas/. Do not edit.

/**
 * Any resource of TAXII.
 */
export type TaxiiResource =
  | APIRoot
  | Collection
  | Collections
  | Discovery
  | Envelope
  | Error
  | Manifest
  | Status
  | Versions;

/**
 * What an API root is and which requests it takes.
 */
export interface APIRoot {
  /**
   * Name of the API root.
   */
  title: string;
  /**
   * What is shared here.
   */
  description?: string;
  /**
   * The versions of TAXII that it speaks, as media types.
   */
  versions: string[];
  /**
   * Octets that the body of a request may have.
   */
  max_content_length: number;
}
/**
 * A collection as the caller may use it.
 */
export interface Collection {
  /**
   * Names the collection in the whole world.
   */
  id: string;
  /**
   * Name of the collection.
   */
  title: string;
  /**
   * What the collection holds.
   */
  description?: string;
  /**
   * A readable name that stands for the id in URLs.
   */
  alias?: string;
  /**
   * Whether the caller may read objects here.
   */
  can_read: boolean;
  /**
   * Whether the caller may add objects here.
   */
  can_write: boolean;
  /**
   * What the collection can hold; application/stix+json when left out.
   */
  media_types?: string[];
}
/**
 * The collections of an API root that the caller may know of.
 */
export interface Collections {
  /**
   * The collections; left out when there is none.
   */
  collections?: Collection[];
}
/**
 * What a server offers: its API roots.
 */
export interface Discovery {
  /**
   * Name of the server.
   */
  title: string;
  /**
   * What the server is for.
   */
  description?: string;
  /**
   * Whom to ask about the server.
   */
  contact?: string;
  /**
   * The API root to use when a client has no other wish; one of the list.
   */
  default?: string;
  /**
   * The API roots that the caller may know of.
   */
  api_roots?: string[];
}
/**
 * Objects on their way: a page of a collection, or what a client adds.
 */
export interface Envelope {
  /**
   * True when further entries follow; false when left out.
   */
  more?: boolean;
  /**
   * What to ask for to get the following page.
   */
  next?: string;
  /**
   * The STIX objects; left out when there is none.
   */
  objects?: {
    type: string;
    id: string;
    [k: string]: unknown;
  }[];
}
/**
 * Why a request failed.
 */
export interface Error {
  /**
   * What went wrong, in a few words.
   */
  title: string;
  /**
   * What was wrong, where, and what was expected.
   */
  description?: string;
  /**
   * Names this very failure; it stands in the log of the server too.
   */
  error_id?: string;
  /**
   * Names the kind of failure.
   */
  error_code?: string;
  /**
   * The status code of the response, as a string.
   */
  http_status?: string;
  /**
   * Address of a page with more about it.
   */
  external_details?: string;
  /**
   * Particulars for programs.
   */
  details?: {
    [k: string]: unknown;
  };
}
/**
 * Which versions of which objects a collection holds, without the objects.
 */
export interface Manifest {
  /**
   * True when further entries follow; false when left out.
   */
  more?: boolean;
  /**
   * What to ask for to get the following page. The standard forgot it here, though both endpoints take it.
   */
  next?: string;
  /**
   * One record a version; left out when there is none.
   */
  objects?: ManifestRecord[];
}
export interface ManifestRecord {
  /**
   * Id of the object.
   */
  id: string;
  /**
   * When this version was added to the collection.
   */
  date_added: string;
  /**
   * The version of an object: its modified, else its created, else a time that the server keeps.
   */
  version: string;
  /**
   * The media type of this version.
   */
  media_type?: string;
}
/**
 * What became of the objects that a client added.
 */
export interface Status {
  /**
   * Names the status.
   */
  id: string;
  /**
   * Whether anything can still change.
   */
  status: 'complete' | 'pending';
  /**
   * When the objects were sent.
   */
  request_timestamp?: string;
  /**
   * Objects that were sent.
   */
  total_count: number;
  /**
   * Objects that were added.
   */
  success_count: number;
  /**
   * The objects that were added; left out when there is none.
   */
  successes?: StatusDetails[];
  /**
   * Objects that were refused.
   */
  failure_count: number;
  /**
   * The objects that were refused; left out when there is none.
   */
  failures?: StatusDetails[];
  /**
   * Objects that wait.
   */
  pending_count: number;
  /**
   * The objects that wait; left out when there is none.
   */
  pendings?: StatusDetails[];
}
export interface StatusDetails {
  /**
   * Id of the object.
   */
  id: string;
  /**
   * The version of an object: its modified, else its created, else a time that the server keeps.
   */
  version: string;
  /**
   * What became of it, for people.
   */
  message?: string;
}
/**
 * The versions of one object.
 */
export interface Versions {
  /**
   * True when further entries follow; false when left out.
   */
  more?: boolean;
  /**
   * What to ask for to get the following page. The standard forgot it here, though both endpoints take it.
   */
  next?: string;
  /**
   * The versions, first added first; left out when there is none.
   */
  versions?: string[];
}
