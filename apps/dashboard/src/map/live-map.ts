/** A Leaflet map with the base map, a track coloured by time, and the present position. Knows no React. */
import L from 'leaflet';
import { canvasRenderer } from './canvas-renderer.js';
import { escapeHtml, openMap, type MapLook } from './open-map.js';
import { slices, type TrackPoint } from './track.js';

export interface LiveMapOptions extends MapLook {
  describe: (point: TrackPoint) => string;
}

const PIECES = 24;
const FIT_ZOOM_MAX = 16;

export class LiveMap {
  private readonly map: L.Map;
  private readonly track = L.layerGroup();
  private readonly marker: L.Marker;
  private readonly renderer = canvasRenderer();
  private shown: readonly TrackPoint[] = [];
  private following = true;

  constructor(
    element: HTMLElement,
    private readonly options: LiveMapOptions,
  ) {
    this.map = openMap(element, options);
    this.track.addTo(this.map);
    const icon = L.divIcon({ className: 'position-marker', iconSize: [18, 18], html: '<i></i>' });
    this.marker = L.marker([0, 0], { icon, keyboard: false, alt: 'Present position' });
    // Whoever moves the map wants to look there; it follows again on request.
    this.map.on('dragstart', () => (this.following = false));
    this.nameWhatIsPointedAt();
  }

  show(track: readonly TrackPoint[], from: number, to: number): void {
    this.shown = track;
    this.track.clearLayers();
    for (const { share, points } of slices(track, from, to, PIECES)) {
      this.track.addLayer(
        L.polyline(points.map(place), {
          renderer: this.renderer,
          color: this.colorAt(share),
          weight: 3,
          opacity: 0.35 + 0.65 * share,
          lineJoin: 'round',
          interactive: false,
        }),
      );
    }
    const last = track.at(-1);
    if (!last) this.marker.remove();
    else this.marker.setLatLng(place(last)).addTo(this.map);
    if (last && this.following) this.keepInSight(last);
  }

  /** Shows the whole track and follows again. */
  fit(): void {
    this.following = true;
    if (this.shown.length === 0) return;
    this.map.fitBounds(L.latLngBounds(this.shown.map(place)), { padding: [36, 36], maxZoom: FIT_ZOOM_MAX, animate: false });
  }

  fitUnlessMoved(): void {
    if (this.following) this.fit();
  }

  destroy(): void {
    this.map.remove();
  }

  private keepInSight(point: TrackPoint): void {
    if (!this.map.getBounds().pad(-0.08).contains(place(point))) this.map.panTo(place(point));
  }

  private nameWhatIsPointedAt(): void {
    const tip = L.tooltip({ direction: 'top', offset: [0, -6], opacity: 1 });
    this.map.on('mousemove', ({ containerPoint }) => {
      const point = this.nearest(containerPoint);
      if (point)
        tip
          .setLatLng(place(point))
          .setContent(escapeHtml(this.options.describe(point)))
          .addTo(this.map);
      else tip.remove();
    });
    this.map.on('mouseout', () => tip.remove());
  }

  private nearest(at: L.Point): TrackPoint | undefined {
    let best: TrackPoint | undefined;
    let distance = 18;
    for (const point of this.shown) {
      const away = this.map.latLngToContainerPoint(place(point)).distanceTo(at);
      if (away <= distance) [best, distance] = [point, away];
    }
    return best;
  }

  private colorAt(share: number): string {
    return mix(this.options.theme.series[4] ?? '#2a66b5', this.options.theme.pen, share);
  }
}

const place = ({ lat, lon }: TrackPoint): L.LatLngTuple => [lat, lon];

export function mix(a: string, b: string, share: number): string {
  const channel = (color: string, at: number): number => parseInt(color.slice(1 + at * 2, 3 + at * 2), 16);
  const mixed = [0, 1, 2].map((at) => Math.round(channel(a, at) + (channel(b, at) - channel(a, at)) * share));
  return `rgb(${mixed.join(' ')})`;
}
