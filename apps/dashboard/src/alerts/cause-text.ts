/** Why an alert was raised, as a person reads it. What is recorded names fields as they are stored, and numbers without their units. */
import { formatNumber } from '../ui/number-text.js';
import type { PartWords, Words } from './part-words.js';
import { lengthText, OPS, outsideText, quantity } from './words.js';

/** `Temperature = 32 °C (> 30 °C)` of `temperature = 32 (> 30)`. What is not understood stays as it was recorded. */
export function causeText(cause: string, words: Words): string {
  // The longest first: one name may begin like another.
  const names = [...words.keys()].sort((a, b) => b.length - a.length);
  const said: string[] = [];
  for (let rest = cause; rest !== '';) {
    const [text, length] = clauseAt(rest, names, words) ?? raw(rest);
    said.push(text);
    rest = rest.slice(length).replace(/^, /, '');
  }
  return said.join(', ');
}

type Clause = [text: string, length: number];

const raw = (rest: string): Clause => {
  const end = rest.indexOf(', ');
  return end < 0 ? [rest, rest.length] : [rest.slice(0, end), end];
};

const NUMBER = '(-?\\d[\\d.]*(?:e[+-]?\\d+)?|nothing)';
/** After the name: what was seen, what it came to, and in brackets what it was held against. */
const SEEN = new RegExp(
  `^ = ${NUMBER}(?:, by ${NUMBER} per (\\w+)|, ${NUMBER} within (\\w+)|, ${NUMBER}(?= \\((?:in|out)side\\)))?(?: \\(([^()]*)\\))?(?=, |$)`,
);
const SILENCE = /^ for (\w+)(?=, |$)/;
const OF = 'nothing of ';

function clauseAt(rest: string, names: readonly string[], words: Words): Clause | undefined {
  const isSilence = rest.startsWith(OF);
  const start = isSilence ? OF.length : 0;
  for (const name of names) {
    const part = words.get(name);
    if (!part || !rest.startsWith(name, start)) continue;
    const found = (isSilence ? SILENCE : SEEN).exec(rest.slice(start + name.length));
    if (!found) continue;
    const text = isSilence ? `${OF}${part.label} for ${lengthText(found[1] ?? '')}` : `${part.label} = ${seenText(found, part)}`;
    return [text, start + name.length + found[0].length];
  }
  return undefined;
}

function seenText([, seen, by, per, ahead, within, second, held]: RegExpExecArray, { unit }: PartWords): string {
  const sized = (text: string): string => (text === 'nothing' ? text : quantity(Number(text), unit));
  const more = [
    seen && (second === undefined ? sized(seen) : `${formatNumber(Number(seen))}, ${formatNumber(Number(second))}`),
    by && `, by ${sized(by)} per ${lengthText(per ?? '')}`,
    ahead && `, ${sized(ahead)} within ${lengthText(within ?? '')}`,
    held && ` (${heldText(held, unit)})`,
  ];
  return more.filter(Boolean).join('');
}

const COMPARED = new RegExp(`^(>=|<=|>|<)(?: ([−+]))?(?: ${NUMBER})?$`);
const RANGE = new RegExp(`^outside (?:${NUMBER}|…) to (?:${NUMBER}|…)$`);

function heldText(held: string, unit: string): string {
  const [, op, sign, bound] = COMPARED.exec(held) ?? [];
  if (op) return [OPS[op as keyof typeof OPS], sign, bound && quantity(Number(bound), unit)].filter(Boolean).join(' ');
  const range = RANGE.exec(held);
  if (!range) return held;
  const [min, max] = [range[1], range[2]].map((text) => (text === undefined ? undefined : Number(text)));
  return outsideText({ min, max }, unit);
}
