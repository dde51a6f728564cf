/** The width of an element in steps, so that a slow drag of the window does not ask the server a hundred times. */
import { useEffect, useRef, useState, type RefObject } from 'react';

const STEP = 120;

export function useWidth<E extends HTMLElement>(): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver((entries) => {
      const measured = entries.at(-1)?.contentRect.width ?? 0;
      setWidth(Math.ceil(measured / STEP) * STEP);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
