/** What a query can be refused for; `code` is one of `ERRORS`. */

export class SeriesStoreError extends Error {
  override readonly name = 'SeriesStoreError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const badQuery = (message: string): SeriesStoreError => new SeriesStoreError('request.bad-parameter', message);
export const storeClosed = (): SeriesStoreError => new SeriesStoreError('overload.stopping', 'the series store is closed');
