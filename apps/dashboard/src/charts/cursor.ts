/** The moment under the pointer, shared by all charts of a page: point at one, read them all. */
type Watcher = () => void;

let at: number | undefined;
const watchers = new Set<Watcher>();

export const cursorTime = (): number | undefined => at;

export function pointAt(time: number | undefined): void {
  if (time === at) return;
  at = time;
  for (const watcher of watchers) watcher();
}

export function watchCursor(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
