/** Keeps a page that the Back and Forward buttons would leave, and asks first. The router would follow them before it could be asked. */

export type Window = Pick<globalThis.Window, 'addEventListener'> & {
  history: Pick<History, 'pushState' | 'back' | 'state'>;
  location: Pick<Location, 'href' | 'pathname'>;
};

export class HistoryGuard {
  private heldBy: ((event: PopStateEvent) => void) | undefined;

  /** To be made before the router listens: a window calls its listeners in the order in which they came, capturing ones too. */
  constructor(private readonly page: Window) {
    page.addEventListener('popstate', (event) => this.heldBy?.(event));
  }

  /** `ask` gets what leaves after all. Returns what ends it. */
  hold(ask: (leave: () => void) => void): () => void {
    const { history, location } = this.page;
    const { href, pathname } = location;
    const state: unknown = history.state;
    const held = (event: PopStateEvent): void => {
      if (location.pathname === pathname) return;
      // The address is of the other page by now. This one is put behind it again, at once, and before the router looks.
      event.stopImmediatePropagation();
      history.pushState(state, '', href);
      ask(() => {
        this.heldBy = undefined;
        history.back();
      });
    };
    this.heldBy = held;
    return () => {
      if (this.heldBy === held) this.heldBy = undefined;
    };
  }
}
