/** A slow change: the mean of the last few hundred readings has left the mean of the last few thousand, further than it usually strays. */
import { shiftDetector } from './shift.js';

export const drift = shiftDetector({
  name: 'drift',
  limit: 2.5,
  fast: 200,
  slow: 3_000,
  says: 'the mean of the last 200 readings',
});
