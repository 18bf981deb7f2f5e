import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const blue: MantineColorsTuple = [
  '#eef4ff',
  '#dce8fd',
  '#b9d0fa',
  '#9cc0ff',
  '#7fb0ff',
  '#3f7de6',
  '#1d5fd1',
  '#2a62c9',
  '#174a9f',
  '#123b80',
];

const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#f1f3f6',
  '#e6e9ee',
  '#dde1e7',
  '#c9cfd8',
  '#7d8796',
  '#5b6472',
  '#475060',
  '#333a47',
  '#1f2530',
];

const dark: MantineColorsTuple = [
  '#e6e9ef',
  '#c8ced8',
  '#a3acba',
  '#828c9b',
  '#373d48',
  '#2a2f38',
  '#1f232b',
  '#16181d',
  '#121419',
  '#0d0f13',
];

const red: MantineColorsTuple = [
  '#fdf0f0',
  '#fbdfe0',
  '#f5b8ba',
  '#ffa3a3',
  '#ff8a8a',
  '#d8434a',
  '#c0262d',
  '#c0262d',
  '#9c1f25',
  '#7a181d',
];

const green: MantineColorsTuple = [
  '#eef8f1',
  '#d9eee0',
  '#b2dcc0',
  '#8fd3a8',
  '#5ccb85',
  '#2f9354',
  '#1b7a3d',
  '#1b7a3d',
  '#166432',
  '#114e27',
];

const font =
  'Inter, "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 6, dark: 7 },
  colors: { blue, gray, dark, red, green },
  black: '#171a21',
  fontFamily: font,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1rem', sm: '1.25rem', md: '1.25rem', lg: '1.5rem', xl: '1.625rem' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  headings: {
    fontFamily: font,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: false } } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontSize: '1rem', fontWeight: 620, lineHeight: '22px' } },
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});

/** Text on every surface keeps a contrast of 4.5 or more in both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5b6472',
    '--mantine-color-placeholder': '#6c7585',
    '--mantine-color-error': '#c0262d',
    '--mantine-color-default-border': '#dde1e7',
  },
  dark: {
    '--mantine-color-body': '#16181d',
    '--mantine-color-dimmed': '#a3acba',
    '--mantine-color-placeholder': '#8f99a8',
    '--mantine-color-error': '#ff8a8a',
    '--mantine-color-default-border': '#373d48',
  },
});
