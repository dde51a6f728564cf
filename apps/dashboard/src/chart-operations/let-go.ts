/** The analysis of a chart is deleted when the chart shows another or none, or the page is left: the list is of what people asked for. */
import { useEffect } from 'react';
import { discardAnalysis, endAnalysis } from '../api/analyses.js';
import { keptText } from '../ui/kept-text.js';

const shown = new Set<string>();
const underWay = new Set<string>();
const kept = new Set<string>();

/** Somebody looks at it on its own page: it stays when the chart goes. */
export const keepAnalysis = (analysisId: string): void => void kept.add(analysisId);

export function useLetGo(analysisId: string | undefined): void {
  useEffect(() => {
    if (!analysisId) return;
    shown.add(analysisId);
    return () => {
      shown.delete(analysisId);
      letGo(analysisId);
    };
  }, [analysisId]);
}

/** Waits for what a chart asked for; where that comes to nothing, or the page is left meanwhile, nothing of it stays. */
export async function heldUntilOver<T>(analysisId: string, over: () => Promise<T>): Promise<T> {
  underWay.add(analysisId);
  try {
    return await over();
  } catch (error) {
    void discardAnalysis(analysisId).catch(() => undefined);
    throw error;
  } finally {
    underWay.delete(analysisId);
  }
}

/** Deletes what could only be cancelled when this browser last left a page. */
export function discardWhatWasLeft(): void {
  for (const analysisId of takeLeft()) void discardAnalysis(analysisId).catch(() => undefined);
}

window.addEventListener('pagehide', ({ persisted }) => {
  // A page that the browser may show again keeps what it shows.
  if (persisted) return;
  for (const analysisId of shown) letGo(analysisId);
  if (underWay.size === 0) return;
  storeLeft([...takeLeft(), ...underWay]);
  for (const analysisId of underWay) letGo(analysisId);
});

function letGo(analysisId: string): void {
  if (!kept.has(analysisId)) void endAnalysis(analysisId).catch(() => undefined);
}

const keptLeft = keptText('thingsio.left-analyses');
/** More are not left by any page; what is older stays cancelled in the list, as all of it does where nothing is kept. */
const LEFT_MAX = 50;

function takeLeft(): string[] {
  const text = keptLeft.read() ?? '';
  keptLeft.forget();
  return text.split(' ').filter(Boolean);
}

const storeLeft = (analysisIds: string[]): void => void keptLeft.write(analysisIds.slice(-LEFT_MAX).join(' '));
