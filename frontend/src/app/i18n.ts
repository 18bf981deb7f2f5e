import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { reader, setReader } from '@/core/reader';
import { setServerWords } from '@/core/server-words';
import en from './messages/en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KNOWN = 'tutti.language';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
});

/** What is spoken before anybody has signed in: as on the last visit, else as the browser asks for. */
export function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KNOWN), ...navigator.languages];
  for (const one of wanted) {
    const language = LANGUAGES.find((known) => one?.toLowerCase().split('-')[0] === known);
    if (language) return language;
  }
  return 'en';
}

/** Changes the words, and how dates and numbers are written; null follows the browser. */
export async function speak(wanted: Language | null): Promise<void> {
  if (wanted === null) localStorage.removeItem(KNOWN);
  const language = wanted ?? firstLanguage();
  if (language === 'de') {
    const [{ default: words }, { default: server }] = await Promise.all([
      import('./messages/de'),
      import('./messages/server.de.json'),
      import('dayjs/locale/de'),
    ]);
    if (!i18next.hasResourceBundle('de', 'translation')) i18next.addResourceBundle('de', 'translation', words);
    setServerWords(server);
  } else {
    setServerWords(null);
  }
  if (wanted !== null) localStorage.setItem(KNOWN, language);
  // A browser set to Austrian German writes numbers the Austrian way.
  const locale = navigator.languages.find((one) => one.toLowerCase().split('-')[0] === language) ?? language;
  if (reader().locale !== locale) setReader({ locale });
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next };
