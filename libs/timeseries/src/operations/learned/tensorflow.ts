/** TensorFlow.js, loaded when something is trained and not before: it takes a tenth of a second and 50 MB of nobody who does not ask for it. */
import { createRequire } from 'node:module';
import type * as tensorflow from '@tensorflow/tfjs-core';

export type Tensorflow = typeof tensorflow;

let loaded: Tensorflow | undefined;

/** On the backend in plain JavaScript: no threads and no native code, so that the same training gives the same weights, bit for bit, on every machine. */
export function loadTensorflow(): Tensorflow {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  loaded = require('@tensorflow/tfjs-core') as Tensorflow;
  require('@tensorflow/tfjs-backend-cpu');
  // Else it writes advice to install a native backend to standard error.
  loaded.enableProdMode();
  return loaded;
}
