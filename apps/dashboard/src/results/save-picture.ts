/** A figure as a PNG: what is drawn, on the page's paper, with its title and what it is of. */
import type { CanvasTheme } from '../charts/theme.js';
import { saveFile } from '../ui/save-file.js';

export interface PictureKey {
  color: string;
  label: string;
}

export interface Picture {
  /** In CSS pixels. */
  width: number;
  height: number;
  paint: (pen: CanvasRenderingContext2D) => void;
  keys?: PictureKey[];
}

export const pictureOfCanvas = (canvas: HTMLCanvasElement, keys?: PictureKey[]): Picture => ({
  width: canvas.clientWidth,
  height: canvas.clientHeight,
  paint: (pen) => pen.drawImage(canvas, 0, 0, canvas.clientWidth, canvas.clientHeight),
  keys,
});

const MARGIN = 24;
const TITLE_PX = 30;
const LINE_PX = 20;
const SCALE = 2;

export interface Caption {
  title: string;
  about: string;
}

export async function savePicture(picture: Picture, { title, about }: Caption, theme: CanvasTheme, file: string): Promise<void> {
  const keys = picture.keys ?? [];
  const top = MARGIN + TITLE_PX + (about ? LINE_PX : 0) + (keys.length > 0 ? LINE_PX + 4 : 0);
  const width = Math.max(480, picture.width + 2 * MARGIN);
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = (top + picture.height + MARGIN) * SCALE;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser gave no canvas to draw the picture on.');
  pen.scale(SCALE, SCALE);
  pen.fillStyle = theme.surface;
  pen.fillRect(0, 0, width, top + picture.height + MARGIN);
  pen.fillStyle = theme.ink;
  pen.font = `650 18px ${theme.font}`;
  pen.fillText(title, MARGIN, MARGIN + 14, width - 2 * MARGIN);
  pen.fillStyle = theme.ink3;
  pen.font = `13px ${theme.font}`;
  if (about) pen.fillText(about, MARGIN, MARGIN + TITLE_PX + 6, width - 2 * MARGIN);
  drawKeys(pen, keys, MARGIN + TITLE_PX + (about ? LINE_PX : 0) + 8, theme);
  pen.translate(MARGIN, top);
  picture.paint(pen);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make the picture.');
  saveFile(blob, `${file}.png`);
}

function drawKeys(pen: CanvasRenderingContext2D, keys: readonly PictureKey[], y: number, theme: CanvasTheme): void {
  let x = MARGIN;
  for (const { color, label } of keys) {
    pen.fillStyle = color;
    pen.fillRect(x, y - 6, 12, 4);
    pen.fillStyle = theme.ink2;
    pen.fillText(label, x + 18, y);
    x += 18 + pen.measureText(label).width + 18;
  }
}
