/** A map on which an area is drawn: a click adds a corner, a corner is dragged, a click on a corner takes it away. Knows no React. */
import L from 'leaflet';
import { openMap, type MapLook } from './open-map.js';

type Corner = [lat: number, lon: number];

export class PolygonMap {
  private readonly map: L.Map;
  private readonly area: L.Polygon;
  private readonly handles = L.layerGroup();
  private readonly tracks = L.layerGroup();
  private corners: Corner[] = [];

  constructor(
    element: HTMLElement,
    private readonly look: MapLook,
    private readonly changed: (corners: Corner[]) => void,
  ) {
    this.map = openMap(element, look);
    this.tracks.addTo(this.map);
    this.area = L.polygon([], { color: look.theme.accent, weight: 2, fillOpacity: 0.15, interactive: false }).addTo(this.map);
    this.handles.addTo(this.map);
    this.map.on('click', ({ latlng }) => this.tell([...this.corners, rounded(latlng)]));
  }

  show(corners: readonly Corner[]): void {
    this.corners = [...corners];
    this.area.setLatLngs(this.corners);
    this.handles.clearLayers();
    this.corners.forEach((corner, at) => this.handles.addLayer(this.handle(corner, at)));
  }

  /** Where devices were: what one draws around. */
  showTracks(tracks: readonly (readonly Corner[])[]): void {
    this.tracks.clearLayers();
    for (const track of tracks) {
      const look = { color: this.look.theme.pen, weight: 2, opacity: 0.7, interactive: false };
      this.tracks.addLayer(track.length > 1 ? L.polyline([...track], look) : L.circleMarker(track[0] ?? [0, 0], { ...look, radius: 4 }));
    }
  }

  goTo(places: readonly Corner[]): void {
    if (places.length > 0) this.map.fitBounds(L.latLngBounds([...places]).pad(0.4), { maxZoom: 14, animate: false });
  }

  destroy(): void {
    this.map.remove();
  }

  private handle(corner: Corner, at: number): L.Marker {
    const icon = L.divIcon({ className: 'corner-marker', iconSize: [16, 16] });
    const handle = L.marker(corner, { icon, draggable: true, title: `Corner ${at + 1}`, alt: `Corner ${at + 1}` });
    handle.on('dragend', () => this.tell(this.corners.map((one, index) => (index === at ? rounded(handle.getLatLng()) : one))));
    handle.on('click', (event) => {
      L.DomEvent.stopPropagation(event);
      this.tell(this.corners.filter((_, index) => index !== at));
    });
    return handle;
  }

  private tell(corners: Corner[]): void {
    this.show(corners);
    this.changed(corners);
  }
}

/** Five decimals of a degree are a metre. */
const rounded = ({ lat, lng }: L.LatLng): Corner => [Number(lat.toFixed(5)), Number(lng.toFixed(5))];
