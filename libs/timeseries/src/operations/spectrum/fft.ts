/** The discrete Fourier transform: radix 2 where the length allows it, Bluestein's way (1970) for any other. */

/** In place; both of one length, any. */
export function fft(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  if (n < 2) return;
  if ((n & (n - 1)) === 0) radix2(real, imaginary);
  else bluestein(real, imaginary);
}

/** In place; the inverse of `fft`. */
export function inverseFft(real: Float64Array, imaginary: Float64Array): void {
  fft(imaginary, real);
  for (let i = 0; i < real.length; i++) {
    real[i]! /= real.length;
    imaginary[i]! /= real.length;
  }
}

/** The smallest power of two that holds so many. */
export function powerOfTwo(atLeast: number): number {
  let power = 1;
  while (power < atLeast) power *= 2;
  return power;
}

interface Turns {
  cos: Float64Array;
  sin: Float64Array;
}

/** cos and sin of 2πk/n for k < n/2; the last few lengths are kept, as the same are asked for again and again. */
function turnsOf(n: number): Turns {
  const kept = turnsKept.get(n);
  if (kept) return kept;
  const turns = {
    cos: Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n)),
    sin: Float64Array.from({ length: n / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / n)),
  };
  if (turnsKept.size >= LENGTHS_KEPT) turnsKept.clear();
  turnsKept.set(n, turns);
  return turns;
}
const turnsKept = new Map<number, Turns>();

/** Of one analysis there are no more. */
const LENGTHS_KEPT = 4;

/** Cooley & Tukey 1965. */
function radix2(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  reverseBits(real, imaginary);
  const { cos, sin } = turnsOf(n);
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const stride = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < half; k++) {
        const low = start + k;
        const high = low + half;
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const x = real[high]! * c + imaginary[high]! * s;
        const y = imaginary[high]! * c - real[high]! * s;
        real[high] = real[low]! - x;
        imaginary[high] = imaginary[low]! - y;
        real[low]! += x;
        imaginary[low]! += y;
      }
    }
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j]!, real[i]!];
    [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
  }
}

/** A transform of any length as a convolution with a chirp, by transforms of a power of two. */
function bluestein(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  const { cos, sin, m, chirpReal, chirpImaginary } = chirpOf(n);
  const a = new Float64Array(m);
  const b = new Float64Array(m);
  for (let k = 0; k < n; k++) {
    a[k] = real[k]! * cos[k]! + imaginary[k]! * sin[k]!;
    b[k] = imaginary[k]! * cos[k]! - real[k]! * sin[k]!;
  }
  radix2(a, b);
  for (let k = 0; k < m; k++) {
    const x = a[k]! * chirpReal[k]! - b[k]! * chirpImaginary[k]!;
    b[k] = a[k]! * chirpImaginary[k]! + b[k]! * chirpReal[k]!;
    a[k] = x;
  }
  inverseFft(a, b);
  for (let k = 0; k < n; k++) {
    real[k] = a[k]! * cos[k]! + b[k]! * sin[k]!;
    imaginary[k] = b[k]! * cos[k]! - a[k]! * sin[k]!;
  }
}

interface Chirp extends Turns {
  m: number;
  /** The transform of the chirp. */
  chirpReal: Float64Array;
  chirpImaginary: Float64Array;
}

const chirps = new Map<number, Chirp>();

/** The last few lengths are kept. */
function chirpOf(n: number): Chirp {
  const kept = chirps.get(n);
  if (kept) return kept;
  const m = powerOfTwo(2 * n - 1);
  const angle = (k: number) => (Math.PI * ((k * k) % (2 * n))) / n;
  const cos = Float64Array.from({ length: n }, (_, k) => Math.cos(angle(k)));
  const sin = Float64Array.from({ length: n }, (_, k) => Math.sin(angle(k)));
  const chirp = { cos, sin, m, chirpReal: new Float64Array(m), chirpImaginary: new Float64Array(m) };
  for (let k = 0; k < n; k++) {
    for (const at of [k, (m - k) % m]) {
      chirp.chirpReal[at] = cos[k]!;
      chirp.chirpImaginary[at] = sin[k]!;
    }
  }
  radix2(chirp.chirpReal, chirp.chirpImaginary);
  if (chirps.size >= LENGTHS_KEPT) chirps.clear();
  chirps.set(n, chirp);
  return chirp;
}
