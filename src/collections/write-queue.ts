/** Batches that wait to be written while the next one is judged: with one in reserve the writer is never out of work. */
const WAITING_BATCHES = 2;

/** Writes under way, in order. A fault of one is met by the next call. */
export class WriteQueue {
  readonly #writes: Promise<void>[] = [];

  /** Begins a write once there is room for it. */
  async add(write: () => Promise<void>): Promise<void> {
    if (this.#writes.length === WAITING_BATCHES) await this.#writes.shift();
    const writing = write();
    writing.catch(() => undefined);
    this.#writes.push(writing);
  }

  async end(): Promise<void> {
    for (const writing of this.#writes.splice(0)) await writing;
  }
}
