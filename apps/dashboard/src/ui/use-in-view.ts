/** Whether an element is near the window: what is not near need not be drawn. */
import { useEffect, useRef, useState, type RefObject } from 'react';

export function useInView<E extends Element>(margin = '300px'): [RefObject<E | null>, boolean] {
  const ref = useRef<E>(null);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false), { rootMargin: margin });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [margin]);
  return [ref, inView];
}
