/** The parts of a projection that is shared out among projectors: who works on which, and how far it is. */
import type { ProjectionPartView } from '#contracts';
import { counted, countText, positionText } from '../ui/number-text.js';
import { behindText } from './behind.js';
import { TableFrame } from '../ui/table-frame.js';
import css from './operate.module.css';
import ui from '../ui/ui.module.css';

export function Parts({ parts }: { parts: ProjectionPartView[] }) {
  const owners = new Set(parts.map(({ owner }) => owner)).size;
  return (
    <details className={css.details}>
      <summary>
        {counted(parts.length, 'part')}, {counted(owners, 'projector')}
      </summary>
      <TableFrame label="Parts">
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">Projector</th>
              {['Position', 'Events behind', 'Behind', 'Events/s'].map((title) => (
                <th key={title} scope="col" className={ui.right}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.part}>
                <td>{part.part}</td>
                <td className="mono">{part.owner ?? 'nobody'}</td>
                <td className={ui.right}>{positionText(part.position)}</td>
                <td className={ui.right}>{countText(part.lagEvents)}</td>
                <td className={ui.right}>{behindText(part)}</td>
                <td className={ui.right}>{countText(part.ratePerSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </details>
  );
}
