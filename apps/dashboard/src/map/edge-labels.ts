/** The degrees of the graticule, written along the edges of the map as on a chart, wherever the map is moved. */
import L from 'leaflet';
import type { CanvasTheme } from '../charts/theme.js';
import { degreeText, graticuleStep } from './graticule.js';

/** Keeps clear of the zoom buttons. */
const LEFT_PX = 52;
const BOTTOM_PX = 26;

export class EdgeLabels {
  private readonly canvas = document.createElement('canvas');

  constructor(
    private readonly map: L.Map,
    private readonly theme: CanvasTheme,
  ) {
    this.canvas.style.cssText = 'position:absolute;inset:0;pointer-events:none;z-index:450';
    this.canvas.setAttribute('aria-hidden', 'true');
    map.getContainer().append(this.canvas);
    map.on('move zoomend resize viewreset', this.draw);
    this.draw();
  }

  private readonly draw = (): void => {
    const size = this.map.getSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    const pen = this.canvas.getContext('2d');
    if (!pen || size.x === 0) return;
    pen.scale(ratio, ratio);
    pen.font = `10.5px ${this.theme.font}`;
    pen.fillStyle = this.theme.ink3;
    const bounds = this.map.getBounds();
    const { step, decimals } = graticuleStep(256 * 2 ** this.map.getZoom());
    const middle = this.map.getCenter();
    for (let lon = Math.ceil(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step) {
      const { x } = this.map.latLngToContainerPoint([middle.lat, lon]);
      const text = degreeText(wrap(lon), decimals, 'E', 'W');
      if (x > LEFT_PX && x + pen.measureText(text).width + 4 < size.x) pen.fillText(text, x + 4, 13);
    }
    pen.textAlign = 'right';
    for (let lat = Math.ceil(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
      const { y } = this.map.latLngToContainerPoint([lat, middle.lng]);
      if (y > 30 && y < size.y - BOTTOM_PX) pen.fillText(degreeText(lat, decimals, 'N', 'S'), size.x - 5, y - 4);
    }
  };
}

const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
