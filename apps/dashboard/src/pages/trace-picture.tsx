/** The picture beside the doors: chart paper with two traces, drawn once, from nothing but arithmetic. */
const WIDTH = 800;
const HEIGHT = 520;

function trace(middle: number, seed: number): string {
  const points: string[] = [];
  for (let x = 0; x <= WIDTH - 90; x += 4) {
    const t = x / 62 + seed;
    const y = middle + 46 * Math.sin(t) + 18 * Math.sin(2.7 * t + seed) + 6 * Math.sin(11.3 * t);
    points.push(`${x} ${y.toFixed(1)}`);
  }
  return `M${points.join('L')}`;
}

const LINES = [
  { d: trace(150, 0.4), color: 'var(--trace-1)' },
  { d: trace(285, 2.1), color: 'var(--trace-2)' },
];

export function TracePicture() {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="xMaxYMid slice" aria-hidden>
      <defs>
        <pattern id="minor" width="16" height="16" patternUnits="userSpaceOnUse">
          <path d="M16 0H0V16" fill="none" stroke="var(--paper-minor)" strokeWidth="0.6" />
        </pattern>
        <pattern id="major" width="80" height="80" patternUnits="userSpaceOnUse">
          <rect width="80" height="80" fill="url(#minor)" />
          <path d="M80 0H0V80" fill="none" stroke="var(--paper-major)" strokeWidth="0.9" />
        </pattern>
      </defs>
      <rect width={WIDTH} height={HEIGHT} fill="url(#major)" />
      {LINES.map(({ d, color }) => (
        <g key={color}>
          <path d={d} fill="none" stroke={color} strokeWidth="2" strokeLinejoin="round" />
          <circle cx={end(d)[0]} cy={end(d)[1]} r="5.5" fill="var(--trace-pen)" />
        </g>
      ))}
    </svg>
  );
}

const end = (d: string): string[] => d.slice(d.lastIndexOf('L') + 1).split(' ');
