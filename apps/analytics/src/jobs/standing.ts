/** A standing analysis. */
import type { Work } from './job.js';

export const stand: Work = async () => ({ type: 'FailAnalysis', data: { message: 'standing analyses cannot be computed yet' } });
