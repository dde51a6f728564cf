/** What tracks are drawn with. */
import L from 'leaflet';

interface Drawing {
  _ctx?: CanvasRenderingContext2D;
}

const { _redraw: redraw } = L.Canvas.prototype as unknown as { _redraw: (this: Drawing) => void };

/** When a map moves, Leaflet draws at once and forgets the frame that it has asked for; taken down before that frame, the map would be drawn on a
 *  canvas that is gone. */
const Lasting = L.Canvas.extend({
  _redraw(this: Drawing) {
    if (this._ctx) redraw.call(this);
  },
}) as unknown as new (options: L.RendererOptions) => L.Canvas;

export const canvasRenderer = (): L.Canvas => new Lasting({ padding: 0.3, tolerance: 6 });
