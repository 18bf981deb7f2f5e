import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state';
import { Page } from './page';

/** What people see at an address that is not theirs: no names of what is behind it. */
export function TurnedAway() {
  const { t } = useTranslation();
  return (
    <Page title={t('governance.turnedAway.title')}>
      <EmptyState icon={IconLock} title={t('governance.turnedAway.short')} text={t('governance.turnedAway.text')} />
    </Page>
  );
}
