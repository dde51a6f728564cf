/** A small neural network, as it is kept and asked: one hidden layer of hyperbolic tangents, one output. */

export interface Network {
  inputs: number;
  hidden: number;
  /** By input, then by hidden unit; biases of the hidden units; weights of the output; its bias: one after the other. */
  weights: Float32Array;
}

export const weightCount = (inputs: number, hidden: number): number => (inputs + 2) * hidden + 1;

/** In plain JavaScript: asking it needs no library. */
export function predict({ inputs, hidden, weights }: Network, features: ArrayLike<number>): number {
  const bias = inputs * hidden;
  const output = bias + hidden;
  let sum: number = weights[output + hidden]!;
  for (let unit = 0; unit < hidden; unit++) {
    let into: number = weights[bias + unit]!;
    for (let i = 0; i < inputs; i++) into += features[i]! * weights[i * hidden + unit]!;
    sum += Math.tanh(into) * weights[output + unit]!;
  }
  return sum;
}
