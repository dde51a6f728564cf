/** Around a table that may be wider than the page. */
import type { CSSProperties, ReactNode } from 'react';
import { moreBeside } from './more-beside.js';
import css from './ui.module.css';

export function TableFrame({ label, style, children }: { label: string; style?: CSSProperties; children: ReactNode }) {
  return (
    <div className={css.tableFrame} tabIndex={0} role="region" aria-label={label} style={style} ref={moreBeside}>
      {children}
    </div>
  );
}
