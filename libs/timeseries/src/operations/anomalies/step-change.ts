/** A new level: the mean of the last thirty readings has left the mean of the last few hundred, further than it usually strays. */
import { shiftDetector } from './shift.js';

export const stepChange = shiftDetector({
  name: 'step',
  limit: 3.5,
  fast: 30,
  slow: 400,
  says: 'the mean of the last 30 readings',
});
