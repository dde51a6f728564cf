/** Power spectral density by Welch's method (1967), as `scipy.signal.welch` defines it. */
import { fft } from './fft.js';

export type WindowName = keyof typeof WINDOWS;
export type Detrend = 'none' | 'constant' | 'linear';

export interface WelchOptions {
  /** Values a second. */
  sampleRate: number;
  /** Values a segment. */
  segment: number;
  /** Values that two segments share. */
  overlap: number;
  window: WindowName;
  detrend: Detrend;
  /** `density`: power per Hz. `spectrum`: power. */
  scaling: 'density' | 'spectrum';
}

export interface Spectrum {
  frequency: Float64Array;
  power: Float64Array;
  segments: number;
}

/** One-sided; the mean over all segments that fit wholly. */
export function welch(value: Float64Array, options: WelchOptions, progress?: (done: number) => void): Spectrum {
  const { sampleRate, segment, overlap, scaling } = options;
  const step = segment - overlap;
  const segments = Math.floor((value.length - overlap) / step);
  const window = windowOf(options.window, segment);
  const bins = Math.floor(segment / 2) + 1;
  const power = new Float64Array(bins);
  for (let s = 0; s < segments; s++) {
    if (s % 64 === 0) progress?.(s / segments);
    const real = value.slice(s * step, s * step + segment);
    detrend(real, options.detrend);
    for (let i = 0; i < segment; i++) real[i]! *= window[i]!;
    const imaginary = new Float64Array(segment);
    fft(real, imaginary);
    for (let k = 0; k < bins; k++) power[k]! += real[k]! ** 2 + imaginary[k]! ** 2;
  }
  const total = window.reduce((sum, it) => sum + (scaling === 'density' ? it * it : it), 0);
  const scale = 1 / (scaling === 'density' ? sampleRate * total : total * total) / segments;
  const isOneSided = (k: number) => k === 0 || (segment % 2 === 0 && k === bins - 1);
  return {
    frequency: power.map((_, k) => (k * sampleRate) / segment),
    power: power.map((it, k) => it * scale * (isOneSided(k) ? 1 : 2)),
    segments,
  };
}

/** In place. */
export function detrend(value: Float64Array, how: Detrend): void {
  if (how === 'none') return;
  const n = value.length;
  const mean = value.reduce((sum, it) => sum + it, 0) / n;
  const middle = (n - 1) / 2;
  let slope = 0;
  if (how === 'linear' && n > 1) {
    for (let i = 0; i < n; i++) slope += (i - middle) * (value[i]! - mean);
    slope /= (n * (n * n - 1)) / 12;
  }
  for (let i = 0; i < n; i++) value[i]! -= mean + slope * (i - middle);
}

const cosines =
  (...weights: number[]) =>
  (turn: number) =>
    weights.reduce((sum, weight, k) => sum + weight * (k % 2 === 0 ? 1 : -1) * Math.cos(k * turn), 0);

const WINDOWS = {
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  rectangular: () => 1,
};

export const WINDOW_NAMES = Object.keys(WINDOWS) as WindowName[];

/** Periodic, as spectra need it. */
function windowOf(name: WindowName, length: number): Float64Array {
  if (lastWindow.name === name && lastWindow.weights.length === length) return lastWindow.weights;
  const weights = Float64Array.from({ length }, (_, i) => WINDOWS[name]((2 * Math.PI * i) / length));
  lastWindow = { name, weights };
  return weights;
}

/** Stretch after stretch asks for the same one. */
let lastWindow = { name: '', weights: new Float64Array(0) };
