/** Trains a network: Adam (Kingma & Ba 2015) on batches drawn at random, least Huber loss, the weights averaged over the last steps (Polyak & Juditsky 1992). */
import type { Progress } from '../operation.js';
import { weightCount, type Network } from './network.js';
import { createRandom, type Random } from './random.js';
import { loadTensorflow, type Tensorflow } from './tensorflow.js';

export interface Training {
  inputs: number;
  seed: number;
  /** Writes the features of one example, drawn by `random`, to `features` from `at` on; gives what they should lead to, of a size of about 1. */
  draw(random: Random, features: Float32Array, at: number): number;
}

const HIDDEN = 24;
const BATCH = 96;
const STEPS = 450;
const LEARNING_RATE = 0.01;
/** The average begins here. */
const AVERAGED_FROM = 0.5 * STEPS;
/** Errors beyond this count by their size, not by its square. */
const CLIP = 0.5;
/** Each step takes this share off the weights between layers (Loshchilov & Hutter 2019). */
const DECAY = 0.0005;

/** The same for the same examples and seed, to the last bit. */
export function trainNetwork({ inputs, seed, draw }: Training, progress?: Progress): Network {
  const tf = loadTensorflow();
  const random = createRandom(seed);
  const layers = new Layers(tf, inputs, random);
  const features = new Float32Array(BATCH * inputs);
  const targets = new Float32Array(BATCH);
  try {
    for (let step = 0; step < STEPS; step++) {
      if (step % 10 === 0) progress?.(step / STEPS);
      for (let row = 0; row < BATCH; row++) targets[row] = draw(random, features, row * inputs);
      layers.learn(features, targets);
      if (step >= AVERAGED_FROM) layers.remember();
    }
    return { inputs, hidden: HIDDEN, weights: layers.average() };
  } finally {
    layers.dispose();
  }
}

/** The weights as tensors, and one step of back-propagation. */
class Layers {
  private readonly variables;
  private readonly optimizer;
  private readonly sum: Float64Array;
  private count = 0;

  constructor(
    private readonly tf: Tensorflow,
    private readonly inputs: number,
    random: Random,
  ) {
    const normal = (rows: number, columns: number, deviation: number) =>
      tf.variable(
        tf.tensor2d(
          Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
          [rows, columns],
        ),
      );
    // The output begins near 0: nothing is added to the base that it corrects.
    this.variables = {
      hidden: normal(inputs, HIDDEN, 1 / Math.sqrt(inputs)),
      hiddenBias: tf.variable(tf.zeros([1, HIDDEN])),
      output: normal(HIDDEN, 1, 0.1 / Math.sqrt(HIDDEN)),
      outputBias: tf.variable(tf.zeros([1, 1])),
    };
    this.optimizer = tf.train.adam(LEARNING_RATE);
    this.sum = new Float64Array(weightCount(inputs, HIDDEN));
  }

  learn(features: Float32Array, targets: Float32Array): void {
    const { tf, variables, optimizer, inputs } = this;
    const { hidden, hiddenBias, output, outputBias } = variables;
    const [at, outputAt] = [hidden.name, output.name];
    tf.tidy(() => {
      const x = tf.tensor2d(features, [BATCH, inputs]);
      const units = tf.tanh(tf.add(tf.matMul(x, hidden), hiddenBias));
      const answers = tf.add(tf.matMul(units, output), outputBias);
      const errors = tf.div(tf.clipByValue(tf.sub(answers, tf.tensor2d(targets, [BATCH, 1])), -CLIP, CLIP), BATCH);
      const back = tf.mul(tf.matMul(errors, output, false, true), tf.sub(1, tf.square(units)));
      optimizer.applyGradients({
        [at]: tf.matMul(x, back, true, false),
        [hiddenBias.name]: tf.sum(back, 0, true),
        [outputAt]: tf.matMul(units, errors, true, false),
        [outputBias.name]: tf.sum(errors, 0, true),
      });
      for (const weights of [hidden, output]) weights.assign(tf.mul(weights, 1 - DECAY));
    });
  }

  remember(): void {
    let at = 0;
    for (const variable of Object.values(this.variables)) for (const weight of variable.dataSync()) this.sum[at++]! += weight;
    this.count++;
  }

  average(): Float32Array {
    return Float32Array.from(this.sum, (sum) => sum / this.count);
  }

  dispose(): void {
    this.optimizer.dispose();
    for (const variable of Object.values(this.variables)) variable.dispose();
  }
}
