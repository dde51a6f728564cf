/** Linear least squares with coefficients pulled towards 0. */

/** Weights of the columns that fit `target` best; `share` × number of rows × mean square of each column is the penalty (Hoerl & Kennard 1970). */
export function solveRidge(columns: readonly Float64Array[], target: Float64Array, share: number): Float64Array {
  const size = columns.length;
  const matrix = columns.map((a) => Float64Array.from(columns, (b) => dot(a, b)));
  const right = Float64Array.from(columns, (a) => dot(a, target));
  for (let i = 0; i < size; i++) matrix[i]![i]! += share * matrix[i]![i]! + Number.MIN_VALUE;
  return solveCholesky(matrix, right);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Of a symmetric positive matrix, which is overwritten; a direction without information gets 0. */
function solveCholesky(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const solved = right.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i]![k]! * matrix[j]![k]!;
      if (i === j) matrix[i]![i] = sum > 1e-300 ? Math.sqrt(sum) : Infinity;
      else matrix[i]![j] = sum / matrix[j]![j]!;
    }
    for (let k = 0; k < i; k++) solved[i]! -= matrix[i]![k]! * solved[k]!;
    solved[i]! /= matrix[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solved[i]! -= matrix[k]![i]! * solved[k]!;
    solved[i]! /= matrix[i]![i]!;
  }
  return solved.map((weight) => (Number.isFinite(weight) ? weight : 0));
}
