/** A Leaflet map as every map here is: the base layer in the theme's colours, or the tiles of a server that was set; the wheel stays the page's. */
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './marker.css';
import type { CanvasTheme } from '../charts/theme.js';
import { BaseLayer } from './base-layer.js';
import { EdgeLabels } from './edge-labels.js';

export interface MapLook {
  theme: CanvasTheme;
  tileServer?: string;
  tileAttribution?: string;
}

export function openMap(element: HTMLElement, look: MapLook): L.Map {
  const map = L.map(element, {
    worldCopyJump: false,
    maxZoom: 18,
    minZoom: oneWorldIn(element.clientWidth),
    zoomSnap: 0.5,
    attributionControl: true,
    scrollWheelZoom: false,
  });
  map.attributionControl.setPrefix(false);
  map.setView([20, 0], map.getMinZoom());
  baseLayer(map, look).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  // The wheel belongs to the page until the map is used.
  map.on('focus', () => map.scrollWheelZoom.enable());
  map.on('blur', () => map.scrollWheelZoom.disable());
  return map;
}

function baseLayer(map: L.Map, { tileServer, tileAttribution, theme }: MapLook): L.Layer {
  if (tileServer) return L.tileLayer(tileServer, { maxZoom: 18, attribution: escapeHtml(tileAttribution ?? '') });
  new EdgeLabels(map, theme);
  return new BaseLayer(theme);
}

/** The lowest zoom, in halves, at which the world about fills the width. */
const oneWorldIn = (widthPx: number): number => Math.max(0, Math.floor(2 * Math.log2(Math.max(256, widthPx) / 256)) / 2);

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
