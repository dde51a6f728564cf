/** The parts of a projection as one. */
import type { ProjectionFigures, ProjectionView } from '#contracts';

type Standing = Pick<ProjectionView, 'position' | 'lagEvents' | 'lagSeconds' | 'ratePerSecond'>;

/** As far as the slowest part; together they are as fast as all of them. */
export function together(parts: readonly Standing[]): Standing {
  return {
    position: String(parts.length === 0 ? 0 : Math.min(...parts.map(({ position }) => Number(position)))),
    lagEvents: Math.max(0, ...parts.map(({ lagEvents }) => lagEvents)),
    lagSeconds: Math.max(0, ...parts.map(({ lagSeconds }) => lagSeconds)),
    ratePerSecond: parts.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0),
  };
}

/** One a projection and generation, for metrics. */
export function figuresTogether(figures: readonly ProjectionFigures[]): ProjectionFigures[] {
  const groups = new Map<string, ProjectionFigures[]>();
  for (const one of figures) {
    const key = `${one.name} ${one.generation}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((parts) => {
    const { position, ...standing } = together(parts.map((part) => ({ ...part, position: String(part.position) })));
    const [first, failed] = [parts[0]!, parts.find((part) => part.failed)?.failed];
    return { ...first, ...standing, position: Number(position), ...(failed && { failed }) };
  });
}
