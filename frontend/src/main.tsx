import 'vite/modulepreload-polyfill';
import './app/styles';
import { createRoot } from 'react-dom/client';
import { Application } from './app/application';
import { firstLanguage, speak } from './app/i18n';

const root = document.getElementById('root');
if (root) void speak(firstLanguage()).then(() => createRoot(root).render(<Application />));
