/** Parts of the dashboard that come when they are needed, each a file of its own: pages, tabs, and what only few open. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { keptText } from '../ui/kept-text.js';
import { PatientLoader } from './patient-loader.js';

const begunAnew = keptText('thingsio.begun-anew', () => sessionStorage);
const ANEW_EVERY_MS = 60_000;

export const parts = new PatientLoader({
  isServed: () =>
    fetch('/index.html', { method: 'HEAD', cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    ),
  beginAnew: () => {
    if (Date.now() - Number(begunAnew.read() ?? 0) < ANEW_EVERY_MS) return false;
    // Where that is not kept, the page would begin anew for ever.
    if (!begunAnew.write(String(Date.now()))) return false;
    location.reload();
    return true;
  },
});
addEventListener('online', parts.tryAgain);

export const loadPart = <T>(part: () => Promise<T>): Promise<T> =>
  parts.load(async () => {
    await mendStyles();
    return part();
  });

export const latePart = <P extends object>(part: () => Promise<{ default: ComponentType<P> }>): LazyExoticComponent<ComponentType<P>> =>
  lazy(() => loadPart(part));

const broken = new Set<HTMLLinkElement>();
addEventListener('error', ({ target }) => void (target instanceof HTMLLinkElement && broken.add(target)), true);

/** Vite asks for the styles of a part once only, whatever came of it. */
async function mendStyles(): Promise<void> {
  const failed = [...broken].filter(({ rel }) => rel === 'stylesheet');
  broken.clear();
  await Promise.all(failed.map(loadAgain));
}

function loadAgain(link: HTMLLinkElement): Promise<void> {
  const again = link.cloneNode() as HTMLLinkElement;
  return new Promise((resolve, reject) => {
    again.onload = () => resolve();
    again.onerror = () => reject(new Error(`${link.href} cannot be loaded.`));
    link.replaceWith(again);
  });
}
