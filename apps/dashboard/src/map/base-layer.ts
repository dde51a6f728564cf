/** A Leaflet layer of canvas tiles: land, borders and graticule in the theme's colours, at any zoom, around the world and again. */
import L from 'leaflet';
import type { CanvasTheme } from '../charts/theme.js';
import { loadBaseMap, type BaseMap } from './basemap.js';
import { clipRing, runsNear, touches, type Box } from './clip.js';
import { drawGraticule } from './graticule.js';
import type { TilePlace } from './tile-place.js';

/** From here on the 1:50 million outlines show more than the 1:110 million ones. */
const FINE_FROM_ZOOM = 3;
/** Outlines are cut this many pixels outside the tile, so that the cut edge is never seen. */
const MARGIN_PX = 4;
/** An outline over the antimeridian belongs to the world beside this one too. */
const SHIFTS = [-1, 0, 1];

export class BaseLayer extends L.GridLayer {
  private maps: { coarse?: BaseMap; fine?: BaseMap } = {};

  constructor(private readonly theme: CanvasTheme) {
    super({ maxZoom: 18, updateWhenZooming: false, keepBuffer: 2, attribution: 'Made with Natural Earth' });
    for (const detail of ['coarse', 'fine'] as const) {
      void loadBaseMap(detail).then(
        (map) => {
          this.maps[detail] = map;
          this.redraw();
        },
        () => undefined, // Without outlines the graticule still tells where things are.
      );
    }
  }

  override createTile(coords: L.Coords): HTMLElement {
    const tile = document.createElement('canvas');
    const { x: size } = this.getTileSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    tile.width = size * ratio;
    tile.height = size * ratio;
    const pen = tile.getContext('2d');
    if (pen) {
      pen.scale(ratio, ratio);
      this.draw(pen, coords, size);
    }
    return tile;
  }

  private draw(pen: CanvasRenderingContext2D, coords: L.Coords, size: number): void {
    const tiles = 2 ** coords.z;
    const scale = tiles * size;
    const column = ((coords.x % tiles) + tiles) % tiles;
    const place = { left: column / tiles, top: coords.y / tiles, scale, size };
    pen.fillStyle = this.theme.sea;
    pen.fillRect(0, 0, size, size);
    const map = (coords.z >= FINE_FROM_ZOOM ? this.maps.fine : undefined) ?? this.maps.coarse ?? this.maps.fine;
    if (map) this.drawMap(pen, map, place);
    drawGraticule(pen, this.theme, place);
  }

  private drawMap(pen: CanvasRenderingContext2D, map: BaseMap, { left, top, scale, size }: TilePlace): void {
    const margin = MARGIN_PX / scale;
    const boxAt = (shift: number): Box => [
      left - shift - margin,
      top - margin,
      left - shift + size / scale + margin,
      top + size / scale + margin,
    ];
    pen.beginPath();
    for (const shift of SHIFTS) {
      const box = boxAt(shift);
      for (const ring of map.land) if (touches(ring.box, box)) trace(pen, clipRing(ring.points, box), left - shift, top, scale, true);
    }
    pen.fillStyle = this.theme.land;
    pen.fill('evenodd');
    pen.strokeStyle = this.theme.coast;
    pen.lineWidth = 0.9;
    pen.stroke();
    pen.beginPath();
    for (const shift of SHIFTS) {
      const box = boxAt(shift);
      for (const line of map.borders) {
        if (touches(line.box, box)) for (const run of runsNear(line.points, box)) trace(pen, run, left - shift, top, scale, false);
      }
    }
    // The coast colour was drawn along the borders too: cover it, then draw the border lightly.
    pen.strokeStyle = this.theme.land;
    pen.lineWidth = 1.6;
    pen.stroke();
    pen.strokeStyle = this.theme.border;
    pen.lineWidth = 1;
    pen.stroke();
  }
}

function trace(pen: CanvasRenderingContext2D, points: number[], left: number, top: number, scale: number, closed: boolean): void {
  for (let at = 0; at < points.length; at += 2) {
    const x = ((points[at] ?? 0) - left) * scale;
    const y = ((points[at + 1] ?? 0) - top) * scale;
    if (at === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  if (closed) pen.closePath();
}
