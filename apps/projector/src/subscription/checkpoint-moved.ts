/** Somebody else has projected from where we stand, or the generation is no longer what we took it for: nothing was written. */
export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
  constructor(
    readonly part: number,
    why: string,
  ) {
    super(why);
  }
}
