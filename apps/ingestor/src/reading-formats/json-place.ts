/** Finds where JSON goes wrong: the engine's own message does not always say. Slow and only used once a text has been refused. */

const SPACE = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Longer texts are not searched: the engine's message has to do. */
const SEARCHED_MAX = 1024 * 1024;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma' | 'end';

/** Offset of the first character that cannot stand where it stands; the length of the text where it ends too early. */
export function locateJsonError(text: string): number | undefined {
  if (text.length > SEARCHED_MAX) return undefined;
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skip(SPACE, text, 0); at < text.length; at = skip(SPACE, text, at)) {
    const [next, after] = step(text, at, { expected, open });
    if (next === undefined) return at;
    expected = next;
    at = after;
  }
  return text.length;
}

/** What is expected after the token at `at`, and where that token ends; undefined where the token cannot stand there. */
function step(text: string, at: number, { expected, open }: { expected: Expected; open: string[] }): [Expected | undefined, number] {
  const character = text[at]!;
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');
  const closes = (expected === 'comma' || expected.endsWith(character)) && (character === ']' || character === '}');
  if (closes) return open.pop() === (character === ']' ? '[' : '{') ? [afterValue(), at + 1] : [undefined, at];
  switch (expected) {
    case 'key':
    case 'key or }': {
      const end = skip(TEXT, text, at);
      return end > at ? ['colon', end] : [undefined, at];
    }
    case 'colon':
      return character === ':' ? ['value', at + 1] : [undefined, at];
    case 'comma':
      return character === ',' ? [open.at(-1) === '[' ? 'value' : 'key', at + 1] : [undefined, at];
    case 'end':
      return [undefined, at];
  }
  if (character === '[' || character === '{') {
    open.push(character);
    return [character === '[' ? 'value or ]' : 'key or }', at + 1];
  }
  const end = Math.max(skip(TEXT, text, at), skip(SCALAR, text, at));
  return end > at ? [afterValue(), end] : [undefined, at];
}

function skip(token: RegExp, text: string, at: number): number {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : at;
}

/** Both counted from 1. */
export function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: position - lineStart + 1 };
}
