/** The mark: a trace, and the pen that writes it. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 9 }}>
      <svg width={size * 1.35} height={size} viewBox="0 0 35 26" aria-hidden>
        <path
          d="M1 15h6l3.6-9.5L16.5 21 20.6 10h6.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle cx="29.6" cy="10" r="3.1" fill="var(--pen)" />
      </svg>
      <span style={{ fontWeight: 700, fontSize: size * 0.72, letterSpacing: '-0.02em' }}>
        things<span style={{ color: 'var(--accent)' }}>IO</span>
      </span>
    </span>
  );
}
