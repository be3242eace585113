import { createTheme } from '@mui/material/styles';

const ours =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#1552c9' },
        secondary: { main: '#7c3aed' },
        error: { main: '#c62828' },
        warning: { main: '#a84700' },
        success: { main: '#1b7a3d' },
        background: { default: '#f6f7f9', paper: '#ffffff' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#7aa7ff' },
        secondary: { main: '#c4a5ff' },
        background: { default: '#0f1319', paper: '#171c24' },
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: { fontFamily: ours, button: { textTransform: 'none' } },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiTypography: {
      // Also by the path of the palette, as `sx` has it.
      variants: [
        {
          props: { color: 'text.secondary' },
          style: ({ theme: one }) => ({ color: one.vars?.palette.text.secondary }),
        },
      ],
    },
    MuiTab: { styleOverrides: { root: { minHeight: 44 } } },
  },
  focusVisible: true,
});
