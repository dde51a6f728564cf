/** Counts and durations of requests as plain numbers: a request adds to them, a scrape puts names to them. */
/** Upper bounds, in seconds. */
const BOUNDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

interface Route {
  /** By method and status. */
  counts: Map<string, { labels: { method: string; route: string; status: number }; count: number }>;
  /** Requests within each bound and above those before it; the last are above all. */
  buckets: number[];
  seconds: number;
}

/** A metric as prom-client prints it. */
export interface Printable {
  name: string;
  help: string;
  type: 'histogram';
  values: { metricName: string; labels: Record<string, string | number>; value: number }[];
}

export class RequestFigures {
  private readonly routes = new Map<string, Route>();

  answered(method: string, route: string, status: number, seconds: number): void {
    let figures = this.routes.get(route);
    if (!figures)
      this.routes.set(route, (figures = { counts: new Map(), buckets: new Array<number>(BOUNDS.length + 1).fill(0), seconds: 0 }));
    const key = method + status;
    const counted = figures.counts.get(key);
    if (counted) counted.count++;
    else figures.counts.set(key, { labels: { method, route, status }, count: 1 });
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]!) bucket++;
    figures.buckets[bucket]!++;
    figures.seconds += seconds;
  }

  counts(): { labels: { method: string; route: string; status: number }; count: number }[] {
    return [...this.routes.values()].flatMap(({ counts }) => [...counts.values()]);
  }

  /** As a histogram by route. */
  durations(name: string): Printable {
    const values = [...this.routes].flatMap(([route, { buckets, seconds }]) => {
      let count = 0;
      const within: Printable['values'] = buckets.map((requests, i) => {
        count += requests;
        return { metricName: `${name}_bucket`, labels: { le: BOUNDS[i] ?? '+Inf', route }, value: count };
      });
      return [
        ...within,
        { metricName: `${name}_sum`, labels: { route }, value: seconds },
        { metricName: `${name}_count`, labels: { route }, value: count },
      ];
    });
    return { name, help: 'From the first byte in to the last byte out.', type: 'histogram', values };
  }
}
