import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './messages/en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
});

export { i18next };
