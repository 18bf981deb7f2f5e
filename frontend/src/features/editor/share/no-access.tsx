import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TextLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { AskForm } from './ask-form';

/** What somebody sees who does not see the workflow: no name, and a way to ask whoever it belongs to. */
export function NoAccess({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  return (
    <main id="main" tabIndex={-1}>
      <Page
        title={t('sharing.noAccess.title')}
        width="narrow"
        back={
          <TextLink to="/workflows" search={{}} size="sm" c="dimmed">
            {t('sharing.noAccess.back')}
          </TextLink>
        }
      >
        <EmptyState
          icon={IconLock}
          title={t('sharing.noAccess.short')}
          text={t('sharing.noAccess.text')}
          action={
            <AskForm
              workflow={workflow}
              level="use"
              note={t('sharing.noAccess.note')}
              submit={t('sharing.noAccess.ask')}
              sent={t('sharing.noAccess.sent')}
            />
          }
        />
      </Page>
    </main>
  );
}
