/** A result map in an element, made anew with another colour scheme. */
import { useEffect, useState } from 'react';
import { useConfig } from '../api/queries.js';
import { useCanvasTheme } from '../charts/theme.js';
import type { Picture } from '../results/save-picture.js';
import { ResultMap } from './result-map.js';

export function useResultMap(element: { current: HTMLDivElement | null }): ResultMap | undefined {
  const theme = useCanvasTheme();
  const config = useConfig();
  const [map, setMap] = useState<ResultMap>();
  useEffect(() => {
    if (!element.current || !config.data) return;
    const made = new ResultMap(element.current, { theme, ...config.data });
    setMap(made);
    return () => {
      setMap(undefined);
      made.destroy();
    };
  }, [element, theme, config.data]);
  return map;
}

export const pictureOfMap = (map: ResultMap | undefined, element: HTMLDivElement | null): Picture | undefined =>
  map && element ? { width: element.clientWidth, height: element.clientHeight, paint: (pen) => map.paint(pen) } : undefined;
