/** Calls back in step with the screen, but no more often than asked, and not at all while the tab is hidden. */
import { useEffect, useRef } from 'react';

export function useFrames(everyMs: number, enabled: boolean, callback: () => void): void {
  const newest = useRef(callback);
  useEffect(() => {
    newest.current = callback;
  });
  useEffect(() => {
    if (!enabled) return;
    let last = 0;
    let request = requestAnimationFrame(function frame(now) {
      if (now - last >= everyMs) {
        last = now;
        newest.current();
      }
      request = requestAnimationFrame(frame);
    });
    return () => cancelAnimationFrame(request);
  }, [everyMs, enabled]);
}
