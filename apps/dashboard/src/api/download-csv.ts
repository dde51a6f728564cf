/** All raw readings of a range as one CSV file: page after page, put together here, so that no answer is cut. */
import { saveFile } from '../ui/save-file.js';
import { ProblemError, urlOf } from './http.js';

export interface CsvAsked {
  deviceId: string;
  from: number;
  to: number;
  tz: string;
  onProgress: (lines: number) => void;
  signal: AbortSignal;
}

const PAGE = 1_000;

export async function downloadCsv({ deviceId, from, to, tz, onProgress, signal }: CsvAsked): Promise<void> {
  const parts: string[] = [];
  let lines = 0;
  let url: string | undefined = urlOf(`/devices/${encodeURIComponent(deviceId)}/readings`, {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    tz,
    limit: PAGE,
  });
  while (url) {
    const response: Response = await fetch(url, { headers: { accept: 'text/csv' }, credentials: 'same-origin', signal });
    if (!response.ok) throw new ProblemError(await response.json());
    const text = await response.text();
    // Every page begins with the header line; one is enough.
    parts.push(parts.length === 0 ? text : text.slice(text.indexOf('\n') + 1));
    lines += countLines(text) - 1;
    onProgress(lines);
    url = nextIn(response.headers.get('link'));
  }
  saveFile(new Blob(parts, { type: 'text/csv;charset=utf-8' }), `${deviceId}.csv`);
}

/** `</api/…?cursor=…>; rel="next"` */
export const nextIn = (link: string | null): string | undefined => /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
