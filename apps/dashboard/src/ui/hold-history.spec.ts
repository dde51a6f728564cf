import { describe, expect, it, vi } from 'vitest';
import { HistoryGuard, type Window } from './hold-history.js';

/** A window on `/a`, `/b?x=1`, `/c`, of which it shows the second. */
function fakeWindow() {
  const events = new EventTarget();
  let entries = ['/a', '/b?x=1', '/c'];
  let at = 1;
  const followed: string[] = [];
  const go = (step: number): void => {
    at += step;
    events.dispatchEvent(new Event('popstate'));
  };
  const page = {
    addEventListener: events.addEventListener.bind(events),
    history: {
      state: null,
      back: () => go(-1),
      pushState: (_: unknown, __: string, href: string) => void (entries = [...entries.slice(0, ++at), href]),
    },
    location: {
      get href() {
        return entries[at];
      },
      get pathname() {
        return entries[at]?.split('?')[0];
      },
    },
  } as unknown as Window;
  const watchAsRouter = (): void => events.addEventListener('popstate', () => followed.push(page.location.href));
  return { page, go, followed, watchAsRouter, entries: () => entries };
}

describe('a page that is not to be left unasked', () => {
  it.each([
    ['Back', -1, '/a'],
    ['Forward', 1, '/c'],
  ])('stays when %s is pressed, and is left when one is sure', (_, step, to) => {
    const { page, go, followed, watchAsRouter } = fakeWindow();
    const ask = vi.fn<(leave: () => void) => void>();
    const sut = new HistoryGuard(page);
    watchAsRouter();
    sut.hold(ask);
    go(step);
    expect([page.location.href, followed]).toEqual(['/b?x=1', []]);
    go(-1);
    expect(ask).toHaveBeenCalledTimes(2);
    ask.mock.lastCall?.[0]();
    expect([page.location.href, followed]).toEqual([step < 0 ? '/a' : to, [to]]);
  });

  it('leaves the way back as it was', () => {
    const { page, go, entries } = fakeWindow();
    new HistoryGuard(page).hold(() => undefined);
    go(-1);
    expect(entries()).toEqual(['/a', '/b?x=1']);
  });

  it('lets pass what does not lead away, and everything once it is over', () => {
    const { page, go, followed, watchAsRouter } = fakeWindow();
    const ask = vi.fn();
    const sut = new HistoryGuard(page);
    watchAsRouter();
    const end = sut.hold(ask);
    page.history.pushState(null, '', '/b?x=2');
    go(-1);
    end();
    go(-1);
    expect([ask.mock.calls, followed]).toEqual([[], ['/b?x=1', '/a']]);
  });
});
