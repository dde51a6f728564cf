/** The published tests are written for Jest; of its global they use what Vitest's has under the same names. */
import { vi } from 'vitest';

Object.assign(globalThis, { jest: vi });
