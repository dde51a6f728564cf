/** Where the series are, from INFLUXDB_URL. */
import { ServerRefusedError } from '../shared/server-url.js';

export const SETTING = 'INFLUXDB_URL';

export interface InfluxTarget {
  /** As given, for errors. */
  url: string;
  /** Of the server, without credentials. */
  base: string;
  /** Of the first generation: a database of InfluxDB 1, a bucket of InfluxDB 2. */
  database: string;
  /** For `Authorization`. */
  authorization?: string;
  /** Of InfluxDB 2. */
  org?: string;
}

const FORMS = 'http://user:password@host:8086/database for InfluxDB 1, http://host:8086?org=…&bucket=…&token=… for InfluxDB 2';
const DEFAULT_DATABASE = 'thingsio';

/** Throws `ServerRefusedError` for what is no such URL. */
export function parseInfluxUrl(url: string): InfluxTarget {
  const refuse = (why: string): never => {
    throw new ServerRefusedError(SETTING, url, why);
  };
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return refuse(`this is no URL like ${FORMS}`);
  const parsed = new URL(url);
  const { searchParams, username, password, pathname, origin } = parsed;
  const [org, bucket, token] = ['org', 'bucket', 'token'].map((name) => searchParams.get(name) ?? undefined);
  const path = pathname.replace(/\/+$/, '');
  if (org !== undefined || token !== undefined) {
    if (!org || !token) return refuse('org and token are both needed for InfluxDB 2');
    return { url, base: origin + path, database: named(bucket ?? DEFAULT_DATABASE, refuse), org, authorization: `Token ${token}` };
  }
  const slash = path.lastIndexOf('/');
  const database = named(bucket ?? (decodeURIComponent(path.slice(slash + 1)) || DEFAULT_DATABASE), refuse);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url,
    base: origin + path.slice(0, Math.max(0, slash)),
    database,
    ...(username && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
}

/** What needs no quotes anywhere, and leaves room for `_g<generation>`. */
function named(name: string, refuse: (why: string) => never): string {
  return /^[A-Za-z][\w-]{0,99}$/.test(name) ? name : refuse(`"${name}" cannot be the name of the database: letters, digits, _ and -`);
}
