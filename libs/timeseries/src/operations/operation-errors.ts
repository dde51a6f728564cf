/** Why an operation gave no result. */

/** Nobody wants the result any more. */
export class OperationCancelled extends Error {
  override readonly name = 'OperationCancelled';
}

/** The input or a parameter does not allow it; the message says what to change. */
export class OperationError extends Error {
  override readonly name: string = 'OperationError';
  constructor(
    message: string,
    readonly parameter?: string,
  ) {
    super(message);
  }
}

/** Only with a model that was trained on the field. */
export class ModelNeededError extends OperationError {
  override readonly name = 'ModelNeededError';
}
