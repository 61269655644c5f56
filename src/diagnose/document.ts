// What one program would load: a file, or one value of a Secret or ConfigMap.
import type { MtlsError } from '../base/errors.ts';
import type { ManifestObject, ManifestResource } from '../codec/manifest-entries.ts';
import type { BundlePart, FoundJwks, FoundStore, SkippedPart } from '../codec/part.ts';
import type { PemFlaw } from '../codec/pem-form.ts';

/** What the file system says of a file. */
export interface FileFacts {
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds. */
  readonly modified: number;
}

/** An object of a manifest, of whatever kind, and where it stands. */
export interface Resource extends ManifestResource {
  /** The file by its path as given; `-` for standard input. */
  readonly source: string;
  /** The file, and the object: the container of its documents, where it holds any. */
  readonly place: string;
}

export interface Document {
  /** The file by its path as given; `-` for standard input. */
  readonly source: string;
  /** The path, and the place inside of a manifest: what findings call it. */
  readonly place: string;
  /** What stands together: the folder, or the object in its manifest. */
  readonly container: string;
  /** The file's name or the key of the value. */
  readonly name: string;
  /** The Secret or ConfigMap that it is a value of. */
  readonly object?: ManifestObject | undefined;
  /** The side that showed it, where it was seen at work. */
  readonly side?: 'server' | undefined;
  /** Absent for what is no file. */
  readonly file?: FileFacts | undefined;
  /** Octets, where they were read. */
  readonly size?: number | undefined;
  /** DER, where others write PEM. */
  readonly binary: boolean;
  readonly flaws: readonly PemFlaw[];
  readonly parts: readonly BundlePart[];
  readonly skipped: readonly SkippedPart[];
  /** PKCS#12 key stores that were opened. */
  readonly stores?: readonly FoundStore[] | undefined;
  /** The JWK Set that it is. */
  readonly jwks?: FoundJwks | undefined;
  /** Why it cannot be read, or not all of it; more than one for a text with several bad blocks. */
  readonly troubles: readonly MtlsError[];
  /** Base64 around base64: what a Secret's value is when it was encoded by hand. */
  readonly encodedTwice: boolean;
}
