/** What a series store refuses, and why. */
import { SeriesStoreError } from '#ports';

export const badQuery = (message: string): SeriesStoreError => new SeriesStoreError('request.bad-parameter', message);
export const storeClosed = (): SeriesStoreError => new SeriesStoreError('overload.stopping', 'the series store is closed');
export const generationInUse = (generation: number): SeriesStoreError =>
  new SeriesStoreError('generation.in-use', `generation ${generation} of the series is live`);
export const tooManyQueries = (waiting: number): SeriesStoreError =>
  new SeriesStoreError('overload.queue-full', `${waiting} series queries wait already`);
