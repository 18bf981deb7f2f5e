import { useTranslation } from 'react-i18next';
import { useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { EncryptionCard, KeepingCard, RedactionCard } from './data-cards';
import { OutsideCard } from './outside-card';
import { SettingsTabs } from './settings-tabs';

export default function ProtectionPage() {
  return useCan('workspace:manage') ? <Protection /> : <TurnedAway />;
}

/** What becomes of data: how long it is kept, in which form, and where steps may send it. */
function Protection() {
  const { t } = useTranslation();
  const settings = useWorkspaceSettings();
  return (
    <Page title={t('protection.title')} lead={t('protection.lead')}>
      <SettingsTabs />
      <div className={classes.column}>
        <ProblemAlert error={settings.error} retry={() => void settings.refetch()} />
        {settings.isPending && <Waiting />}
        {settings.data && (
          <>
            <KeepingCard settings={settings.data} />
            <RedactionCard settings={settings.data} />
            <EncryptionCard settings={settings.data} />
            <OutsideCard settings={settings.data} />
          </>
        )}
      </div>
    </Page>
  );
}
