/** Makes the ids and secrets of one request. With an Idempotency-Key they follow from it and the server's secret, so that a
 *  retry makes the same ones and nothing secret has to be kept; without one they are random. */
import { createHmac, randomBytes } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { KEY_PREFIX, SESSION_PREFIX } from '../../admission/credentials.js';

const COMMANDS = 'c2d3a3d6-3b0e-4f0e-8f57-5a7c2f6f1f55';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export class Mint {
  private constructor(
    private readonly seed: Buffer,
    /** Set where the same request can arrive again. */
    readonly bodyHash: string | undefined,
  ) {}

  static random(): Mint {
    return new Mint(randomBytes(32), undefined);
  }

  static keyed(secret: Buffer, request: string, bodyHash: string): Mint {
    return new Mint(createHmac('sha256', secret).update(`mint\n${request}`).digest(), bodyHash);
  }

  /** 20 letters and digits (103 bits) after the prefix. */
  id(prefix: string): string {
    let number = BigInt(`0x${this.derive(`id ${prefix}`).toString('hex')}`);
    let text = prefix;
    for (let at = 0; at < 20; at++, number /= 36n) text += ALPHABET[Number(number % 36n)];
    return text;
  }

  apiKey(): string {
    return KEY_PREFIX + this.derive('api key').toString('base64url');
  }

  sessionToken(): string {
    return SESSION_PREFIX + this.derive('session').toString('base64url');
  }

  commandId(purpose: string): string {
    return uuidv5(`${this.seed.toString('hex')}\n${purpose}`, COMMANDS);
  }

  private derive(purpose: string): Buffer {
    return createHmac('sha256', this.seed).update(purpose).digest();
  }
}
