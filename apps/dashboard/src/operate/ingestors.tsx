/** The processes that take commands: what waits in the queue of each, and what its shard threads hold and decide. */
import type { QueueView, ShardView } from '#contracts';
import { bytesText, counted, countText } from '../ui/number-text.js';
import { rangesText } from './partitions.js';
import css from './operate.module.css';
import ui from '../ui/ui.module.css';

export function Ingestors({ shards, queues }: { shards: ShardView[]; queues: QueueView[] }) {
  const processes = [...new Set([...queues, ...shards].map(({ process }) => process))].sort();
  if (processes.length === 0)
    return <p className={ui.empty}>No ingestor has been heard of for five seconds: nothing is decided at the moment.</p>;
  return (
    <ul className={css.ingestors} aria-label="Ingestors">
      {processes.map((process) => (
        <li key={process} className={css.ingestor}>
          <h3 className="mono">{process}</h3>
          {queues
            .filter((queue) => queue.process === process)
            .map((queue) => (
              <Queue key={process} queue={queue} />
            ))}
          <Shards shards={shards.filter((shard) => shard.process === process)} />
        </li>
      ))}
    </ul>
  );
}

function Queue({ queue: { commands, bytes, partitions } }: { queue: QueueView }) {
  return (
    <p className={css.pace}>
      <span>{counted(commands, 'command')} under way</span>
      <span>{bytesText(bytes)}</span>
      {partitions && <span>{partitions.length === 0 ? 'no partition' : `partitions ${rangesText(partitions)}`}</span>}
    </p>
  );
}

const COLUMNS = ['Entities', 'Waiting', 'Per second', 'Restarts'];

function Shards({ shards }: { shards: ShardView[] }) {
  return (
    <div className={css.shards}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Shard</th>
            {COLUMNS.map((title) => (
              <th key={title} scope="col" className={ui.right}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shards.map((shard) => (
            <tr key={shard.worker}>
              <td>
                {shard.worker}{' '}
                {!shard.alive && (
                  <span className={css.state} data-state="trouble">
                    down
                  </span>
                )}
              </td>
              <td className={ui.right}>{countText(shard.entities)}</td>
              <td className={ui.right}>{countText(shard.waiting)}</td>
              <td className={ui.right}>{countText(shard.commandsPerSecond)}</td>
              <td className={ui.right}>{countText(shard.restarts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
