/** A thread that computes one job after the other; whoever does not want one any more ends the thread. */
import { parentPort } from 'node:worker_threads';
import { Collected } from './collected.js';
import { computeJob, failureOf } from './compute.js';
import type { Failure, Job, Outcome, Stretch } from './job.js';

export type ToCompute = { type: 'start'; job: Job } | { type: 'add'; stretch: Stretch } | { type: 'run' };
export type FromCompute =
  { type: 'added' } | { type: 'progress'; done: number } | { type: 'done'; outcome: Outcome } | { type: 'failed'; failure: Failure };

/** People look at it four times a second at most. */
const PROGRESS_EVERY_MS = 100;

let job: Job | undefined;
let inputs: Collected[] = [];
const tell = (message: FromCompute): void => parentPort!.postMessage(message);

parentPort!.on('message', (message: ToCompute) => {
  try {
    take(message);
  } catch (error) {
    inputs = [];
    tell({ type: 'failed', failure: failureOf(error) });
  }
});

function take(message: ToCompute): void {
  switch (message.type) {
    case 'start':
      job = message.job;
      inputs = job.inputs.map((input) => new Collected(input));
      return;
    case 'add':
      inputs[message.stretch.input]!.add(message.stretch);
      tell({ type: 'added' });
      return;
    case 'run': {
      const columns = inputs.map((input) => input.columns());
      inputs = [];
      tell({ type: 'done', outcome: computeJob(job!, columns, seldom()) });
      return;
    }
    default:
      message satisfies never;
  }
}

function seldom(): (done: number) => void {
  let last = performance.now();
  return (done) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    tell({ type: 'progress', done });
  };
}
