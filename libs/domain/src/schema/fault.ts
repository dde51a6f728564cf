/** A verdict in the making. */

/** What is wrong with a value: the verdict, but for the place of its reading. */
export interface Fault {
  field?: string;
  code: 'above-max' | 'below-min' | 'wrong-type' | 'missing-field' | 'unknown-field' | 'not-in-enum' | 'too-long' | 'bad-time' | 'bad-seq';
  message: string;
}
