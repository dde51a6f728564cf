/** Asks before a link leads away from what was typed and not saved; the browser asks before the page itself is closed. */
import { useEffect, useRef, useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.js';

export function LeaveGuard({ changed }: { changed: boolean }) {
  const [link, setLink] = useState<HTMLAnchorElement>();
  const sure = useRef(false);
  useEffect(() => {
    if (!changed) return undefined;
    const hold = (event: MouseEvent): void => {
      const clicked = leadingAway(event);
      if (!clicked || sure.current) return;
      event.preventDefault();
      event.stopPropagation();
      setLink(clicked);
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
  if (!link) return null;
  const go = (): Promise<void> => {
    sure.current = true;
    link.click();
    return Promise.resolve();
  };
  return (
    <ConfirmDialog title="Leave without saving?" action="Leave" keep="Stay" act={go} close={() => setLink(undefined)} danger>
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
