/** The analysis of a chart is deleted when the chart shows another or none, or the page is left: the list is of what people asked for. */
import { useEffect } from 'react';
import { endAnalysis } from '../api/analyses.js';

const shown = new Set<string>();
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

window.addEventListener('pagehide', ({ persisted }) => {
  // A page that the browser may show again keeps what it shows.
  if (persisted) return;
  for (const analysisId of shown) letGo(analysisId);
});

function letGo(analysisId: string): void {
  if (!kept.has(analysisId)) void endAnalysis(analysisId).catch(() => undefined);
}
