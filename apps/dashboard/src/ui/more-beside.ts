/** Tells of what scrolls sideways, for a `ref`, on which side there is more of it: `data-more`, at which `global.css` fades it. */
export function moreBeside(element: HTMLElement | null): (() => void) | void {
  if (!element) return;
  const tell = (): void => {
    const before = element.scrollLeft > 1;
    const after = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
    element.dataset['more'] = before && after ? 'both' : before ? 'before' : after ? 'after' : 'none';
  };
  const sizes = new ResizeObserver(tell);
  for (const each of [element, ...element.children]) sizes.observe(each);
  element.addEventListener('scroll', tell, { passive: true });
  return () => {
    sizes.disconnect();
    element.removeEventListener('scroll', tell);
  };
}
