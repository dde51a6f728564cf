/** Mounts the dashboard. */
import '@fontsource-variable/instrument-sans/wght.css';
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css';
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
// Before the router listens, which it does when the first page is shown.
import './ui/history-guard.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
