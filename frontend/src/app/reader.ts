import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { usePreferences } from '@/api/preferences';
import type { Preferences } from '@/api/types';
import { reader, setReader } from '@/core/reader';
import { speak } from './i18n';

/** Language, zone and form of dates as the person wants them, before the first page is drawn. */
export async function readAs(preferences: Preferences): Promise<void> {
  setReader({ timeZone: preferences.time_zone ?? undefined, dateFormat: preferences.date_format ?? 'words' });
  await speak(preferences.language ?? null);
}

/** Keeps the page as the person wants it; a change of what times look like draws the pages anew, by the answered key. */
export function useReader(): string {
  const preferences = usePreferences();
  const { language, time_zone, date_format, scheme, density } = preferences;
  const { setColorScheme } = useMantineColorScheme();
  setReader({ timeZone: time_zone ?? undefined, dateFormat: date_format ?? 'words' });
  useEffect(() => void speak(language ?? null), [language]);
  useEffect(() => {
    if (scheme) setColorScheme(scheme);
  }, [scheme, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset.density = density ?? 'comfortable';
  }, [density]);
  return [reader().locale, time_zone, date_format].join(' ');
}
