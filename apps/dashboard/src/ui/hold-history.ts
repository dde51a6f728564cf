/** Keeps a page that the Back and Forward buttons would leave, and asks first. The router would follow them before it could be asked. */

export type Window = Pick<globalThis.Window, 'addEventListener' | 'removeEventListener'> & {
  history: Pick<History, 'pushState' | 'back' | 'state'>;
  location: Pick<Location, 'href' | 'pathname'>;
};

/** `ask` gets what leaves after all. Returns what ends it. */
export function holdHistory(ask: (leave: () => void) => void, page: Window = window): () => void {
  const { href, pathname } = page.location;
  const state: unknown = page.history.state;
  let sure = false;
  const hold = (event: PopStateEvent): void => {
    if (sure || page.location.pathname === pathname) return;
    // The address is of the other page by now. This one is put behind it again, at once, and before the router looks.
    event.stopImmediatePropagation();
    page.history.pushState(state, '', href);
    ask(() => {
      sure = true;
      page.history.back();
    });
  };
  page.addEventListener('popstate', hold, { capture: true });
  return () => page.removeEventListener('popstate', hold, { capture: true });
}
