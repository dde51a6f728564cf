import { expect, it } from 'vitest';
import { RequestFigures } from './request-figures.js';

it('counts requests by method, route and status, and their durations by route', () => {
  const sut = new RequestFigures();
  sut.answered('GET', '/a', 200, 0.001);
  sut.answered('GET', '/a', 200, 0.3);
  sut.answered('POST', '/a', 404, 20);
  sut.answered('GET', '/b', 200, 0.01);
  expect(sut.counts()).toEqual([
    { labels: { method: 'GET', route: '/a', status: 200 }, count: 2 },
    { labels: { method: 'POST', route: '/a', status: 404 }, count: 1 },
    { labels: { method: 'GET', route: '/b', status: 200 }, count: 1 },
  ]);
  const ofA = sut.durations('d').values.filter(({ labels }) => labels['route'] === '/a');
  expect(ofA.map(({ metricName, labels, value }) => [metricName, labels['le'], value])).toEqual([
    ['d_bucket', 0.001, 1],
    ['d_bucket', 0.005, 1],
    ['d_bucket', 0.02, 1],
    ['d_bucket', 0.1, 1],
    ['d_bucket', 0.5, 2],
    ['d_bucket', 2, 2],
    ['d_bucket', 10, 2],
    ['d_bucket', '+Inf', 3],
    ['d_sum', undefined, 20.301],
    ['d_count', undefined, 3],
  ]);
});
