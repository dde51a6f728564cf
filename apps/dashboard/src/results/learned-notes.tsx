/** Whether a network took part in a result, with both figures. */
import type { AnalysisResult } from '#contracts';
import { learnedIn } from './learned.js';
import css from './results.module.css';

export function LearnedNotes({ result }: { result: AnalysisResult }) {
  const notes = learnedIn(result.summary);
  if (notes.length === 0) return null;
  return (
    <ul className={css.learned} aria-label="Networks">
      {notes.map(({ key, used, note, modelVersion }) => (
        <li key={key} data-used={used || undefined}>
          <strong>{used ? 'Network used' : 'No network used'}</strong>
          {modelVersion !== undefined && <span className="num">version {modelVersion}</span>}
          {notes.length > 1 && <span className="mono">{key}</span>}
          <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}
