const DIGITS_KEPT = 320;

/** Parts of a JSON number, each named by what was read last. */
const Part = { start: 0, minus: 1, zero: 2, whole: 3, point: 4, fraction: 5, e: 6, sign: 7, exponent: 8 } as const;

/**
 * Reads one JSON number byte by byte, in constant memory, and tells whether it overflows to infinity as a double.
 *
 * The number is 0.d₁d₂d₃… × 10^magnitude. The least decimal that overflows (2^1024 − 2^970) has 309 digits, so 320
 * kept digits and one mark for any others decide exactly.
 */
export class NumberScanner {
  #part: number = Part.start;
  readonly #digits = new Uint8Array(DIGITS_KEPT + 1);
  #kept = 0;
  #magnitude = 0;
  #exponent = 0;
  #negativeExponent = false;

  begin(): void {
    this.#part = Part.start;
    this.#kept = 0;
    this.#magnitude = 0;
    this.#exponent = 0;
    this.#negativeExponent = false;
  }

  /** @returns true when the byte belongs to the number; when not, `complete` tells whether the number may end here */
  take(byte: number): boolean {
    const digit = byte >= 0x30 && byte <= 0x39;
    const part = this.#part;
    if (digit) {
      if (part === Part.zero) return false;
      if (part <= Part.whole) this.#part = byte === 0x30 && part <= Part.minus ? Part.zero : Part.whole;
      else this.#part = part <= Part.fraction ? Part.fraction : Part.exponent;
      if (this.#part === Part.exponent) this.#exponentDigit(byte);
      else this.#digit(byte);
      return true;
    }
    const next = this.#nextPart(byte);
    if (next === undefined) return false;
    if (next === Part.sign) this.#negativeExponent = byte === 0x2d;
    this.#part = next;
    return true;
  }

  get complete(): boolean {
    const part = this.#part;
    return part === Part.zero || part === Part.whole || part === Part.fraction || part === Part.exponent;
  }

  get overflows(): boolean {
    if (this.#kept === 0) return false;
    const magnitude = this.#magnitude + (this.#negativeExponent ? -this.#exponent : this.#exponent);
    if (magnitude !== 309) return magnitude > 309;
    return !Number.isFinite(Number(`0.${Buffer.from(this.#digits.subarray(0, this.#kept)).toString('latin1')}e309`));
  }

  /** What a sign, point or `e` leads to; undefined where it may not stand. */
  #nextPart(byte: number): number | undefined {
    const part = this.#part;
    const whole = part === Part.zero || part === Part.whole;
    if (byte === 0x2d && part === Part.start) return Part.minus;
    if (byte === 0x2e && whole) return Part.point;
    if ((byte === 0x65 || byte === 0x45) && (whole || part === Part.fraction)) return Part.e;
    if ((byte === 0x2b || byte === 0x2d) && part === Part.e) return Part.sign;
    return undefined;
  }

  #digit(byte: number): void {
    const afterPoint = this.#part === Part.fraction;
    if (this.#kept === 0 && byte === 0x30) {
      if (afterPoint) this.#magnitude--;
      return;
    }
    if (!afterPoint) this.#magnitude++;
    if (this.#kept < DIGITS_KEPT) this.#digits[this.#kept++] = byte;
    else if (byte !== 0x30) {
      this.#digits[DIGITS_KEPT] = 0x31;
      this.#kept = DIGITS_KEPT + 1;
    }
  }

  #exponentDigit(byte: number): void {
    if (this.#exponent < 1e12) this.#exponent = this.#exponent * 10 + byte - 0x30;
  }
}
