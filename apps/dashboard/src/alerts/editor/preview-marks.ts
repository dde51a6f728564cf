/** The draft, the saved version and what really fired, on one chart. */
import type { AlertRuleView, FiringView } from '#contracts';
import { NO_MARKS, type Marks } from '../../charts/marks.js';
import type { CanvasTheme } from '../../charts/theme.js';
import type { PictureKey } from '../../results/save-picture.js';
import { inLane, tinted } from '../stretches.js';
import type { MovingBound } from './moving-bounds.js';

interface Marked {
  firings: readonly FiringView[] | undefined;
  saved: readonly FiringView[] | undefined;
  fired: readonly FiringView[] | undefined;
  bounds: readonly MovingBound[];
  theme: CanvasTheme;
}

export function previewMarks({ firings, saved, fired, bounds, theme }: Marked): Marks {
  if (!firings && bounds.length === 0) return NO_MARKS;
  const [savedColor, firedColor] = comparedColors(theme);
  return {
    bands: [
      ...(firings ?? []).flatMap((firing) => tinted(firing, theme.bad)),
      ...(saved ?? []).map((firing) => inLane(firing, savedColor, 0)),
      ...(fired ?? []).map((firing) => inLane(firing, firedColor, 1)),
    ],
    bounds: bounds.map(({ value, member }) => ({ value, color: theme.bad, dashed: member === 'clear' })),
  };
}

const comparedColors = ({ series }: CanvasTheme): [saved: string, fired: string] => [series[2] ?? '', series[4] ?? ''];

export function previewKeys(theme: CanvasTheme, saved: AlertRuleView | undefined): PictureKey[] {
  const [savedColor, firedColor] = comparedColors(theme);
  const draft = { color: theme.bad, label: saved ? 'as it stands here' : 'would have fired' };
  if (!saved) return [draft];
  return [draft, { color: savedColor, label: `as saved, version ${saved.ruleVersion}` }, { color: firedColor, label: 'really fired' }];
}
