/** Computes on the thread that asks, one job after the other: for tests, and as what the threads are held to. */
import { Collected } from './collected.js';
import { computeJob, failureOf } from './compute.js';
import type { Computation, ComputeHost, Job } from './job.js';

export function openInProcessHost(): ComputeHost {
  return { start: (job) => startHere(job), close: async () => undefined };
}

function startHere(job: Job): Computation {
  const inputs = job.inputs.map((input) => new Collected(input));
  let cancelled = false;
  return {
    async add(stretch) {
      inputs[stretch.input]!.add(stretch);
    },
    run: async (progress) => {
      // Whoever cancels in the same turn is heard.
      await new Promise((resolve) => setImmediate(resolve));
      if (cancelled) return new Promise(() => undefined);
      try {
        return {
          ok: true,
          outcome: computeJob(
            job,
            inputs.map((input) => input.columns()),
            progress,
          ),
        };
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
    cancel() {
      cancelled = true;
    },
  };
}
