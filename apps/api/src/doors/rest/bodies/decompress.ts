/** Unpacks a body up to the limit: a bomb is stopped while it is unpacked, off the main thread. */
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';
import { refuse } from '../problem-error.js';
import type { Encoding } from './reading-format.js';

type Unpack = (body: InputType, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void;
const UNPACK: Record<Exclude<Encoding, 'identity'>, Unpack> = { gzip: gunzip, deflate: inflate, br: brotliDecompress as Unpack };

export function decompress(body: Buffer, encoding: Exclude<Encoding, 'identity'>, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    UNPACK[encoding](body, { maxOutputLength: bytesMax }, (error, result) => {
      if (!error) resolve(result);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        reject(refuse('request.too-large', `The body is larger than ${bytesMax} bytes once unpacked.`, { limit: bytesMax }));
      } else reject(refuse('request.bad-encoding', `The body is not a complete ${encoding} stream.`));
    });
  });
}
