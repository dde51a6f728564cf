/** A fleet's correlations: every pair as a coloured number, and who belongs together as a network. */
import type { AnalysisView, OperationView } from '#contracts';
import { useMemo, type CSSProperties } from 'react';
import { useCanvasTheme, type CanvasTheme } from '../charts/theme.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { diverging, inkOn } from './diverging.js';
import { Figure } from './figure.js';
import { isObject } from './overlays.js';
import { NetworkFigure, type NetworkView } from './network.js';
import type { Picture } from './save-picture.js';
import css from './results.module.css';

interface Matrix {
  names: string[];
  values: (number | null)[][];
  network: NetworkView;
  threshold: number;
}

export function MatrixResult({ analysis, operation }: { analysis: AnalysisView; operation: OperationView }) {
  const theme = useCanvasTheme();
  const matrix = useMemo(() => matrixOf(analysis), [analysis]);
  return (
    <>
      <Figure
        title="Correlation matrix"
        about={`${counted(analysis.inputs.length, 'field')}, ${String(analysis.result?.summary['method'] ?? '')}, windows of ${String(analysis.result?.summary['every'] ?? '')}`}
        of={{ analysis, operation }}
        picture={() => pictureOf(matrix, theme)}
      >
        <div className={css.scroll} tabIndex={0} role="region" aria-label="Correlation matrix">
          <MatrixTable matrix={matrix} surface={theme.surface} />
        </div>
        <div className={css.scale} aria-hidden>
          <span>−1</span>
          <i style={{ background: `linear-gradient(90deg, ${[-1, 0, 1].map((at) => diverging(at, theme.surface)).join(', ')})` }} />
          <span>1</span>
        </div>
      </Figure>
      <NetworkFigure network={matrix.network} threshold={matrix.threshold} of={{ analysis, operation }} />
    </>
  );
}

function MatrixTable({ matrix: { names, values }, surface }: { matrix: Matrix; surface: string }) {
  return (
    <table className={css.matrix}>
      <thead>
        <tr>
          <td />
          {names.map((name) => (
            <th key={name} scope="col" title={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((name, row) => (
          <tr key={name}>
            <th scope="row" title={name}>
              {name}
            </th>
            {(values[row] ?? []).map((value, column) => (
              <td
                key={names[column]}
                style={cellStyle(value, surface)}
                title={`${name}, ${names[column] ?? ''}: ${formatNumber(value, 4)}`}
              >
                {numberIn(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Without the sign of what rounds to nothing. */
const numberIn = (value: number | null): string => formatNumber(value !== null && Math.abs(value) < 0.005 ? 0 : value, 2);

function cellStyle(value: number | null, surface: string): CSSProperties {
  const color = diverging(value ?? 0, surface);
  return { backgroundColor: color, color: inkOn(color) };
}

function matrixOf({ result, inputs }: AnalysisView): Matrix {
  const { matrix, network, threshold } = result?.summary ?? {};
  const oneDevice = new Set(inputs.map(({ deviceId }) => deviceId)).size === 1;
  const oneField = new Set(inputs.map(({ field }) => field)).size === 1;
  const names = inputs.map(({ deviceId, field }) => (oneDevice ? field : oneField ? deviceId : `${deviceId} ${field}`));
  const found = isObject(network) ? (network as unknown as NetworkView) : { nodes: [], edges: [] };
  const short = new Map(inputs.map(({ deviceId, field }, at) => [`${deviceId} ${field}`, names[at] ?? '']));
  return {
    names,
    values: Array.isArray(matrix) ? (matrix as (number | null)[][]) : [],
    network: { ...found, nodes: found.nodes.map((node) => ({ ...node, name: short.get(node.id) ?? node.id })) },
    threshold: typeof threshold === 'number' ? threshold : 0,
  };
}

const CELL = { width: 58, height: 34, names: 150, top: 26 };

function pictureOf({ names, values }: Matrix, theme: CanvasTheme): Picture {
  const { width, height, names: left, top } = CELL;
  return {
    width: left + names.length * width,
    height: top + names.length * height,
    paint: (pen) => {
      pen.font = `12px ${theme.font}`;
      pen.textBaseline = 'middle';
      names.forEach((name, row) => {
        pen.textAlign = 'left';
        pen.fillStyle = theme.ink2;
        pen.fillText(name, 0, top + row * height + height / 2, left - 10);
        pen.textAlign = 'center';
        pen.fillText(name, left + row * width + width / 2, top / 2, width - 4);
        (values[row] ?? []).forEach((value, column) => {
          const color = diverging(value ?? 0, theme.surface);
          pen.fillStyle = color;
          pen.fillRect(left + column * width, top + row * height, width - 2, height - 2);
          pen.fillStyle = inkOn(color);
          pen.fillText(numberIn(value), left + column * width + width / 2, top + row * height + height / 2);
        });
      });
    },
  };
}
