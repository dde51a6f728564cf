/** Mantine, dressed in the tokens: every colour it shows comes from `tokens.css`. */
import { Button, createTheme, Modal, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e6f3f3',
  '#cfe6e6',
  '#a3cfd1',
  '#74b6ba',
  '#4a9da3',
  '#2a8690',
  '#17747e',
  '#0b636d',
  '#08525b',
  '#054249',
];

/** Mantine's neutrals, tinted like ours: inputs, borders and menus are made of these. */
const gray: MantineColorsTuple = [
  '#f5f8f7',
  '#ecf1f0',
  '#e3eae9',
  '#d6dfde',
  '#bccaca',
  '#aebfc0',
  '#82979b',
  '#5a7077',
  '#33484e',
  '#1a2f36',
];
const dark: MantineColorsTuple = [
  '#e6f0ef',
  '#abc0c2',
  '#8ba3a7',
  '#5b7a82',
  '#335660',
  '#24434d',
  '#0c1c22',
  '#10242a',
  '#0d1e24',
  '#081418',
];

export const theme = createTheme({
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: 'var(--font-text)', fontWeight: '650' },
  colors: { petrol, gray, dark },
  components: {
    Button: Button.extend({
      vars: (_, { variant = 'filled', color }) => ({
        root: variant === 'filled' && (!color || color === 'red') ? { '--button-color': 'var(--on-accent)' } : {},
      }),
    }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  defaultRadius: 6,
  focusRing: 'auto',
  cursorType: 'pointer',
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '0.95rem', lg: '1.06rem', xl: '1.25rem' },
});

/** Mantine's own variables, pointed at ours. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--inset)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'color-mix(in srgb, var(--accent) 86%, var(--ink))',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
    '--mantine-primary-color-light': 'var(--accent-soft)',
    '--mantine-primary-color-light-color': 'var(--accent)',
    '--mantine-color-red-filled': 'var(--bad)',
    '--mantine-color-red-filled-hover': 'color-mix(in srgb, var(--bad) 86%, var(--ink))',
    '--mantine-color-red-light': 'var(--bad-soft)',
    '--mantine-color-red-light-hover': 'var(--bad-soft)',
    '--mantine-color-red-light-color': 'var(--bad)',
    '--mantine-color-red-text': 'var(--bad)',
    '--mantine-color-petrol-filled': 'var(--accent)',
    '--mantine-color-petrol-filled-hover': 'color-mix(in srgb, var(--accent) 86%, var(--ink))',
    '--mantine-color-petrol-light': 'var(--accent-soft)',
    '--mantine-color-petrol-light-hover': 'var(--accent-soft)',
    '--mantine-color-petrol-light-color': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
