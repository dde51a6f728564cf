/** Links beside each other, more of them than a narrow window holds: the present one is in sight. */
import { useEffect, useRef, type ReactNode } from 'react';
import { moreBeside } from './more-beside.js';

interface LinkStripProps {
  label: string;
  className?: string;
  /** What is present: another one is brought into sight. */
  at: string | undefined;
  children: ReactNode;
}

export function LinkStrip({ label, className, at, children }: LinkStripProps) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => moreBeside(strip.current), []);
  useEffect(() => {
    const element = strip.current;
    if (!element) return undefined;
    // Fonts and counts that come later move what was in its place.
    const sizes = new ResizeObserver(() => centre(element));
    for (const link of element.children) sizes.observe(link);
    return () => sizes.disconnect();
  }, [at]);
  return (
    <nav className={className} aria-label={label} ref={strip}>
      {children}
    </nav>
  );
}

/** Moves nothing but the strip. */
function centre(strip: HTMLElement): void {
  const link = strip.querySelector('[aria-current]')?.getBoundingClientRect();
  const { left, width } = strip.getBoundingClientRect();
  if (link) strip.scrollLeft += link.left + link.width / 2 - (left + width / 2);
}
