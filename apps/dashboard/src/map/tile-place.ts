/** Where a tile lies in the world, and how large it is drawn. */
export interface TilePlace {
  /** Of the tile's corner, in the unit square. */
  left: number;
  top: number;
  /** Pixels of the whole world. */
  scale: number;
  size: number;
}
