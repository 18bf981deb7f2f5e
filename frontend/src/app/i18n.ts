import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import editor from './messages/editor.en.json';
import en from './messages/en.json';

const messages = { ...en, ...editor };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof messages };
    returnNull: false;
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: messages } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
});

export { i18next };
