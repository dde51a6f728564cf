/** Correlations above a threshold as a network, and the same as a list of pairs for those who read. */
import type { AnalysisView, OperationView } from '#contracts';
import { useEffect, useMemo, useRef } from 'react';
import { useCanvasTheme, type CanvasTheme } from '../charts/theme.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { useWidth } from '../ui/use-width.js';
import ui from '../ui/ui.module.css';
import { diverging } from './diverging.js';
import { Figure } from './figure.js';
import { layoutOf, type Place } from './network-layout.js';
import { pictureOfCanvas } from './save-picture.js';
import css from './results.module.css';

export interface NetworkView {
  nodes: { id: string; name?: string; degree: number; group: number }[];
  edges: { from: string; to: string; correlation: number; pairs: number }[];
}

const MARGIN = 56;
const PAIRS_SHOWN = 100;

interface NetworkProps {
  network: NetworkView;
  threshold: number;
  of: { analysis: AnalysisView; operation: OperationView };
}

export function NetworkFigure({ network, threshold, of }: NetworkProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useCanvasTheme();
  const [box, width] = useWidth<HTMLDivElement>();
  const places = useMemo(() => layoutOf(network.nodes.length, edgesOf(network)), [network]);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, network, places, theme);
  }, [network, places, theme, width]);
  const pairs = counted(network.edges.length, 'pair');
  return (
    <Figure
      title="Network"
      about={`${pairs} of ${counted(network.nodes.length, 'field')} correlate by ${formatNumber(threshold)} or more`}
      keys={[
        { color: diverging(0.8, theme.surface), label: 'rise together' },
        { color: diverging(-0.8, theme.surface), label: 'one rises where the other falls' },
      ]}
      of={of}
      picture={() => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
    >
      <div className={css.plot} ref={box} style={{ height: network.nodes.length > 12 ? 460 : 320 }}>
        <canvas
          ref={canvas}
          role="img"
          style={{ width: '100%', height: '100%', display: 'block' }}
          aria-label={`Network of ${counted(network.nodes.length, 'field')} with ${pairs}; the list below names them`}
        />
      </div>
      <PairTable network={network} />
    </Figure>
  );
}

function PairTable({ network: { nodes, edges } }: { network: NetworkView }) {
  const nameOf = new Map(nodes.map(({ id, name }) => [id, name ?? id]));
  if (edges.length === 0) return <p className={css.hint}>No pair correlates that much. A lower “Edge from” shows weaker ones.</p>;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label="Pairs">
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">With</th>
            <th scope="col" className={ui.right}>
              Correlation
            </th>
            <th scope="col" className={ui.right}>
              Windows
            </th>
          </tr>
        </thead>
        <tbody>
          {edges.slice(0, PAIRS_SHOWN).map(({ from, to, correlation, pairs }) => (
            <tr key={`${from}→${to}`}>
              <td>{nameOf.get(from)}</td>
              <td>{nameOf.get(to)}</td>
              <td className={ui.right}>{formatNumber(correlation, 3)}</td>
              <td className={ui.right}>{formatNumber(pairs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function edgesOf({ nodes, edges }: NetworkView) {
  const at = new Map(nodes.map(({ id }, index) => [id, index]));
  return edges.map(({ from, to, correlation }) => ({ a: at.get(from) ?? 0, b: at.get(to) ?? 0, strength: Math.abs(correlation) }));
}

function draw(canvas: HTMLCanvasElement, network: NetworkView, places: readonly Place[], theme: CanvasTheme): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.scale(ratio, ratio);
  // Wider than this, and what belongs together is far apart.
  const across = Math.min(width - 2 * MARGIN, 2 * height);
  const spot = (at: number): Place => ({
    x: (width - across) / 2 + (places[at]?.x ?? 0.5) * across,
    y: MARGIN / 2 + (places[at]?.y ?? 0.5) * (height - 1.5 * MARGIN),
  });
  edgesOf(network).forEach(({ a, b, strength }, at) => {
    const correlation = network.edges[at]?.correlation ?? 0;
    pen.strokeStyle = diverging(Math.sign(correlation) * (0.35 + 0.65 * strength), theme.surface);
    pen.lineWidth = 1 + 4 * strength ** 3;
    pen.setLineDash(correlation < 0 ? [7, 4] : []);
    pen.beginPath();
    pen.moveTo(spot(a).x, spot(a).y);
    pen.lineTo(spot(b).x, spot(b).y);
    pen.stroke();
  });
  pen.setLineDash([]);
  network.nodes.forEach((node, at) => drawNode(pen, node, spot(at), theme));
}

function drawNode(
  pen: CanvasRenderingContext2D,
  { id, name, degree }: NetworkView['nodes'][number],
  { x, y }: Place,
  theme: CanvasTheme,
): void {
  pen.beginPath();
  pen.arc(x, y, 6 + Math.min(8, degree), 0, Math.PI * 2);
  pen.fillStyle = degree > 0 ? theme.accent : theme.surface;
  pen.strokeStyle = degree > 0 ? theme.surface : theme.line;
  pen.lineWidth = 2;
  pen.fill();
  pen.stroke();
  pen.font = `600 12px ${theme.font}`;
  pen.textAlign = 'center';
  pen.lineWidth = 4;
  pen.strokeStyle = theme.surface;
  pen.strokeText(name ?? id, x, y + 26 + Math.min(8, degree) / 2, 150);
  pen.fillStyle = theme.ink;
  pen.fillText(name ?? id, x, y + 26 + Math.min(8, degree) / 2, 150);
}
