import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { setErasedWords } from '@/core/erased';
import { reader, setReader } from '@/core/reader';
import { setServerWords } from '@/core/server-words';
import type en from './messages/en';
import account from './messages/en/account.json';
import app from './messages/en/app.json';
import sharing from './messages/en/sharing.json';
import tour from './messages/en/tour.json';
import ui from './messages/en/ui.json';
import words from './messages/en/words.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

export type Room = keyof typeof en;

/** What is said around every page and before signing in; every other room comes with the pages that say it. */
const EARLY = { account, app, sharing, tour, ui, words };
const ROOMS = import.meta.glob<{ default: object }>([
  './messages/en/*.json',
  '!./messages/en/{account,app,sharing,tour,ui,words}.json',
]);

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KNOWN = 'tutti.language';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  // The other rooms are known once a page has asked for them.
  resources: { en: { translation: EARLY as unknown as typeof en } },
  // React escapes by itself.
  interpolation: { escapeValue: false },
});
setErasedWords(i18next.t('words.erased'));

/** Makes the messages of these rooms known. */
export async function learn(rooms: readonly Room[]): Promise<void> {
  const known = i18next.getResourceBundle('en', 'translation') as object;
  const load = async (room: Room) => {
    if (room in known) return;
    const found = await ROOMS[`./messages/en/${room}.json`]?.();
    i18next.addResourceBundle('en', 'translation', { [room]: found?.default }, true);
  };
  await Promise.all(rooms.map(load));
}

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
  setErasedWords(i18next.t('words.erased', { lng: language }));
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next };
