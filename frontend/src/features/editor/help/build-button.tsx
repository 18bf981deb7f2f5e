import { Button } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useHelp } from '@/api/help';

/** Offered only where a language model helps. */
export function BuildButton({ onBuild, small = false }: { onBuild: () => void; small?: boolean }) {
  const { t } = useTranslation();
  if (useHelp() === null) return null;
  return (
    <Button
      variant={small ? 'subtle' : 'default'}
      size={small ? 'compact-sm' : 'sm'}
      leftSection={<IconSparkles size={16} aria-hidden />}
      onClick={onBuild}
    >
      {t('help.build.button')}
    </Button>
  );
}
