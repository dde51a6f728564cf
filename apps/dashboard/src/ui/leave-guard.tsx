/** Asks before a link or the Back button leads away from what was typed and not saved; the browser asks before the page itself is closed. */
import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { ConfirmDialog } from './confirm-dialog.js';
import { historyGuard } from './history-guard.js';

export function LeaveGuard({ changed }: { changed: boolean }) {
  const [leave, setLeave] = useState<() => void>();
  const sure = useRef(false);
  const [path] = useLocation();
  const search = useSearch();
  useEffect(() => {
    if (!changed) return undefined;
    const hold = (event: MouseEvent): void => {
      const clicked = leadingAway(event);
      if (!clicked || sure.current) return;
      event.preventDefault();
      event.stopPropagation();
      setLeave(() => () => clicked.click());
    };
    const warn = (event: BeforeUnloadEvent): void => {
      if (!sure.current) event.preventDefault();
    };
    document.addEventListener('click', hold, true);
    addEventListener('beforeunload', warn);
    return () => {
      document.removeEventListener('click', hold, true);
      removeEventListener('beforeunload', warn);
    };
  }, [changed]);
  // Anew where the address changes: it is what is put back.
  useEffect(() => (changed ? historyGuard.hold((back) => setLeave(() => back)) : undefined), [changed, path, search]);
  if (!leave) return null;
  const go = (): Promise<void> => {
    sure.current = true;
    leave();
    return Promise.resolve();
  };
  return (
    <ConfirmDialog title="Leave without saving?" action="Leave" keep="Stay" act={go} close={() => setLeave(undefined)} danger>
      <p>What you changed here is not saved, and is lost when you leave.</p>
    </ConfirmDialog>
  );
}

/** The link to another page that this click follows in this window. */
function leadingAway({ target, button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): HTMLAnchorElement | undefined {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null;
  if (!link || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return undefined;
  if (link.target === '_blank' || link.hasAttribute('download') || link.pathname === location.pathname) return undefined;
  return link;
}
