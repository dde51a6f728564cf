/** The writer thread: owns the writing connection of the log and serves every connection's port. The only thread that waits for the disk. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { GroupCommit } from './group-commit.js';
import { LogWriter } from './log-writer.js';
import {
  packOutcomes,
  unpackRequests,
  type ConnectionToWriter,
  type OwnerToWriter,
  type WriterData,
  type WriterToConnection,
  type WriterToOwner,
} from './writer-protocol.js';

const owner = parentPort!;
const tellOwner = (message: WriterToOwner): void => owner.postMessage(message);

try {
  const { dir, durability } = workerData as WriterData;
  serve(new LogWriter(dir, durability));
  tellOwner({ ready: true });
} catch (error) {
  const { name, message } = error as Error;
  tellOwner({ cannotOpen: { name, message } });
  owner.close();
}

function serve(writer: LogWriter): void {
  const ports = new Set<MessagePort>();
  /** Who wants to know of a head above which position. */
  const wishes = new Map<MessagePort, number>();
  const commits = new GroupCommit(writer, {
    committed: (head) => {
      for (const [port, above] of wishes) if (head > above) tellHead(port, head);
    },
    // The thread dies of it and is started again: opening the log anew tells what is on the disk.
    failed: (error) => {
      throw error;
    },
  });

  function tellHead(port: MessagePort, head: number): void {
    wishes.delete(port);
    port.postMessage({ head } satisfies WriterToConnection);
  }

  function receive(port: MessagePort, { appends, snapshots, tellAbove }: ConnectionToWriter): void {
    if (appends) {
      const { ids, jobs } = unpackRequests(appends);
      commits.add(jobs, appends.frames.byteLength, (outcomes) => port.postMessage(packOutcomes(ids, outcomes)));
    }
    for (const { id, snapshot } of snapshots ?? []) {
      commits.add([{ snapshot }], snapshot.state.length, (outcomes) => port.postMessage(packOutcomes([id], outcomes)));
    }
    if (tellAbove === undefined) return;
    wishes.set(port, tellAbove);
    if (writer.head > tellAbove) tellHead(port, writer.head);
  }

  owner.on('message', (message: OwnerToWriter) => {
    if ('connect' in message) {
      const port = message.connect;
      ports.add(port);
      port.on('message', (request: ConnectionToWriter) => receive(port, request));
      port.on('close', () => {
        ports.delete(port);
        wishes.delete(port);
      });
    } else {
      commits.flush();
      for (const port of ports) port.close();
      writer.close();
      owner.close();
    }
  });
}
