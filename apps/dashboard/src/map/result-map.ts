/** A Leaflet map of what a track came to: the way, stops and passages on it, an area; and a picture of all that. Knows no React. */
import L from 'leaflet';
import { canvasRenderer } from './canvas-renderer.js';
import { openMap, escapeHtml, type MapLook } from './open-map.js';
import type { TrackPoint } from './track.js';

export interface MapMark {
  at: [lat: number, lon: number];
  /** In pixels. */
  radius: number;
  color: string;
  text: string;
  pick?: () => void;
}

export interface MapLine {
  points: readonly TrackPoint[];
  color: string;
  weight: number;
  text?: string;
  pick?: () => void;
}

const FIT_ZOOM_MAX = 16;

export class ResultMap {
  private readonly map: L.Map;
  private readonly shown = L.featureGroup();
  private readonly renderer = canvasRenderer();

  constructor(
    private readonly element: HTMLElement,
    private readonly look: MapLook,
  ) {
    this.map = openMap(element, look);
    this.shown.addTo(this.map);
  }

  show(lines: readonly MapLine[], marks: readonly MapMark[], area: readonly [number, number][] | undefined): void {
    this.shown.clearLayers();
    const { renderer } = this;
    if (area) this.shown.addLayer(L.polygon([...area], { renderer, color: this.look.theme.accent, weight: 2, fillOpacity: 0.1 }));
    for (const { points, color, weight, text, pick } of lines) {
      const line = L.polyline(
        points.map(({ lat, lon }): [number, number] => [lat, lon]),
        { renderer, color, weight, lineJoin: 'round', interactive: text !== undefined },
      );
      this.add(line, text, pick);
    }
    for (const { at, radius, color, text, pick } of marks) {
      const mark = L.circleMarker(at, { renderer, radius, color: this.look.theme.surface, weight: 2, fillColor: color, fillOpacity: 0.9 });
      this.add(mark, text, pick);
    }
  }

  fit(): void {
    const bounds = this.shown.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [30, 30], maxZoom: FIT_ZOOM_MAX, animate: false });
  }

  goTo(points: readonly [number, number][]): void {
    if (points.length > 0) this.map.fitBounds(L.latLngBounds([...points]), { padding: [60, 60], maxZoom: FIT_ZOOM_MAX, animate: false });
  }

  /** Every canvas of the map where it stands. Tiles of another server are not ours to copy. */
  paint(pen: CanvasRenderingContext2D): void {
    const frame = this.element.getBoundingClientRect();
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, frame.width, frame.height);
    pen.clip();
    pen.fillStyle = this.look.theme.sea;
    pen.fillRect(0, 0, frame.width, frame.height);
    for (const canvas of this.element.querySelectorAll('canvas')) {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      if (canvas.width > 0 && canvas.height > 0) pen.drawImage(canvas, left - frame.left, top - frame.top, width, height);
    }
    pen.restore();
  }

  destroy(): void {
    this.map.remove();
  }

  private add(layer: L.Path, text: string | undefined, pick: (() => void) | undefined): void {
    if (text !== undefined) layer.bindTooltip(escapeHtml(text), { sticky: true, opacity: 1 });
    if (pick) layer.on('click', pick);
    this.shown.addLayer(layer);
  }
}
