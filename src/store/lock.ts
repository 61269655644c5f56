// One writer at a time, across processes and hosts.

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** RFC 3339: since when. */
  readonly since: string;
}

export interface LockOptions {
  /** How long to wait for another writer, in milliseconds; 60 s when absent. */
  readonly wait?: number;
  /** Called once when waiting has lasted half a second. `undefined`: the owner can not be read. */
  readonly onWait?: (owner: LockOwner | undefined) => void;
}
