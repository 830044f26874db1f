/** Where lines go in the end: a stream, of which only this is used. */
export interface LineOutput {
  write(text: string): unknown;
}

/** Takes lines one by one and hands them on many at a time. */
export interface GatheredLines extends LineOutput {
  /** Hands on what has gathered; also called by the logger's own `flush`. */
  flush(done?: () => void): void;
}

/** How long a line waits at most. */
const WAIT_MS = 50;

/** How much gathers at most. */
const MAX_CHARACTERS = 65_536;

/**
 * Writing each line by itself takes a system call of each request. Lines wait a moment instead, and none is lost when the
 * process ends by itself, by an exception or `process.exit`; of one that is killed the last moment may be missing.
 */
export function gatherLines(output: LineOutput): GatheredLines {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (done?: () => void): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered;
    gathered = '';
    if (text !== '') output.write(text);
    done?.();
  };
  process.once('exit', () => flush());
  return {
    write(line) {
      gathered += line;
      if (gathered.length >= MAX_CHARACTERS) flush();
      else timer ??= setTimeout(flush, WAIT_MS);
    },
    flush,
  };
}
