/** What of InfluxDB 2's HTTP interface the series store uses, in front of an InfluxDB 1: buckets are databases. No InfluxDB 2 can be installed here. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInfluxStatement } from '../servers/influxdb.js';

export const ORG = 'things & co';
export const TOKEN = 'secret/token==';
const ORG_ID = '0000000000000a01';

export interface Facade {
  /** With organisation and token, and the given bucket. */
  urlOf(bucket: string): string;
  requests: { method: string; path: string; body: string }[];
  close(): Promise<void>;
}

interface Bucket {
  id: string;
  name: string;
  orgID: string;
  retentionRules: { everySeconds: number }[];
}

export async function startInfluxDb2Facade(influxdb1: string): Promise<Facade> {
  const facade = new Facade2(new URL(influxdb1));
  await facade.listen();
  return facade;
}

class Facade2 implements Facade {
  readonly requests: Facade['requests'] = [];
  private readonly buckets = new Map<string, Bucket>();
  private readonly mapped = new Set<string>();
  private readonly server = createServer((incoming, response) => void this.handle(incoming, response));
  private ids = 0;

  constructor(private readonly behind: URL) {}

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  urlOf(bucket: string): string {
    const query = new URLSearchParams({ org: ORG, bucket, token: TOKEN });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}?${query}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    const { method, url, headers } = incoming as { method: string; url: string; headers: IncomingMessage['headers'] };
    this.requests.push({ method, path: url, body });
    const answer = (status: number, value?: object): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-influxdb-version': 'v2.7.11' });
      response.end(value && JSON.stringify(value));
    };
    const { pathname, searchParams } = new URL(url, this.behind);
    if (pathname === '/ping') return answer(204);
    if (headers.authorization !== `Token ${TOKEN}`) return answer(401, { code: 'unauthorized', message: 'unauthorized access' });
    if (pathname === '/api/v2/write' && searchParams.get('org') === ORG && searchParams.get('precision') === 'ns')
      return this.forward(`/write?${new URLSearchParams({ db: searchParams.get('bucket')!, precision: 'ns' })}`, body, incoming, response);
    if (pathname === '/query' && this.mapped.has(searchParams.get('db')!)) return this.forward(url, body, incoming, response);
    const [status, value] = await this.manage(
      method,
      pathname,
      searchParams,
      body === '' ? {} : (JSON.parse(body) as Record<string, string>),
    );
    return answer(status, value);
  }

  private async manage(method: string, path: string, query: URLSearchParams, body: Record<string, string>): Promise<[number, object?]> {
    const id = path.split('/')[4];
    const all = [...this.buckets.values()];
    switch (`${method} ${path.split('/').slice(0, 4).join('/')}`) {
      case 'GET /api/v2/orgs':
        return [200, { orgs: query.get('org') === ORG ? [{ id: ORG_ID, name: ORG }] : [] }];
      case 'GET /api/v2/buckets': {
        const found = all.filter(({ name }) => (query.get('name') ?? name) === name);
        const after = all.findIndex((bucket) => bucket.id === query.get('after')) + 1;
        return [200, { buckets: query.has('name') ? found : all.slice(after, after + Number(query.get('limit'))) }];
      }
      case 'POST /api/v2/buckets': {
        const bucket = { id: `b${++this.ids}`, name: body.name!, orgID: body.orgID!, retentionRules: [] };
        this.buckets.set(bucket.id, bucket);
        await runInfluxStatement(this.behind, `CREATE DATABASE "${bucket.name}"`);
        return [201, bucket];
      }
      case 'DELETE /api/v2/buckets': {
        const { name } = this.buckets.get(id!)!;
        this.buckets.delete(id!);
        this.mapped.delete(name);
        await runInfluxStatement(this.behind, `DROP DATABASE "${name}"`);
        return [204];
      }
      case 'GET /api/v2/dbrps':
        return [200, { content: this.mapped.has(query.get('db')!) ? [{ database: query.get('db') }] : [] }];
      case 'POST /api/v2/dbrps':
        this.mapped.add(body.database!);
        return [201, body];
      case 'POST /api/v2/delete':
        await runInfluxStatement(
          this.behind,
          `DROP MEASUREMENT ${/^_measurement=(".*")$/.exec(body.predicate!)![1]}`,
          query.get('bucket')!,
        );
        return [204];
      default:
        return [404, { code: 'not found', message: `path not found: ${path}` }];
    }
  }

  private async forward(path: string, body: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { hostname, port } = this.behind;
    const { authorization: _, ...headers } = incoming.headers;
    const forwarded = request({ hostname, port, path, method: incoming.method, headers });
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  }
}
