/** Colours for canvases, read from the tokens of the present colour scheme. */
import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';

export interface CanvasTheme {
  ink: string;
  ink2: string;
  ink3: string;
  grid: string;
  line: string;
  surface: string;
  paper: string;
  accent: string;
  pen: string;
  warn: string;
  bad: string;
  sea: string;
  land: string;
  coast: string;
  border: string;
  series: string[];
  font: string;
}

const SERIES_COUNT = 8;

export function readTheme(): CanvasTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    grid: token('grid'),
    line: token('line-strong'),
    surface: token('surface'),
    paper: token('paper'),
    accent: token('accent'),
    pen: token('pen'),
    warn: token('warn'),
    bad: token('bad'),
    sea: token('sea'),
    land: token('land'),
    coast: token('coast'),
    border: token('border'),
    series: Array.from({ length: SERIES_COUNT }, (_, at) => token(`series-${at + 1}`)),
    font: token('font-text'),
  };
}

export function useCanvasTheme(): CanvasTheme {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  // The scheme is the reason to read the tokens anew.
  return useMemo(readTheme, [scheme]);
}
