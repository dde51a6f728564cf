/** Seeded randomness: the same seeds give the same numbers on every machine. */

/** The next number, from 0 up to but not including 1. */
export type Random = () => number;

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by a hash of all the words. */
export function createRandom(...seeds: (number | string)[]): Random {
  let [a, b, c, d] = hash128(seeds.join('\u0000'));
  const random = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round++) random();
  return random;
}

/** Normally distributed, mean 0, deviation 1 (Box–Muller). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Four runs of FNV-1a with different offsets, each finished by murmur3's mixer. */
function hash128(text: string): [number, number, number, number] {
  const word = (offset: number) => {
    let h = 2_166_136_261 ^ offset;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  };
  return [word(1), word(2), word(3), word(4)];
}
