/** All operations, in the order in which people are shown them. */
import type { Operation } from './operation.js';

export const OPERATIONS: readonly Operation[] = [];

/** The operation of this name, if there is one. */
export function operationOf(name: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.name === name);
}
