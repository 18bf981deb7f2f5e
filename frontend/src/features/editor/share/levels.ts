import { useTranslation } from 'react-i18next';
import type { Level } from '@/api/types';
import type { LevelWords } from '@/ui/sharing/level-choice';

/** Can use or can edit, each with what it means. */
export function useLevels(): [LevelWords<Level>, LevelWords<Level>] {
  const { t } = useTranslation();
  return [
    { level: 'use', name: t('sharing.level.use'), text: t('sharing.level.useText') },
    { level: 'edit', name: t('sharing.level.edit'), text: t('sharing.level.editText') },
  ];
}
