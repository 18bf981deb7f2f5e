import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEndSessions, useSignedIn } from '@/api/signed-in';
import { ConfirmButton } from '@/ui/confirm-button';
import { SessionTable } from '@/ui/session-table';
import { toast } from '@/ui/toasts';
import classes from './profile.module.css';

/** Everywhere the person is signed in right now. */
export function SessionsCard() {
  const { t } = useTranslation();
  const sessions = useSignedIn(null);
  const end = useEndSessions(null);
  const others = (sessions.data ?? []).filter((one) => !one.current).length;
  return (
    <section className={classes.card} aria-labelledby="profile-sessions">
      <div>
        <Title order={2} id="profile-sessions">
          {t('safety.sessions.title')}
        </Title>
        <Text c="dimmed">{t('safety.sessions.lead')}</Text>
      </div>
      <SessionTable label={t('safety.sessions.title')} sessions={sessions} onEnd={(id) => end.mutateAsync(id)} />
      {others > 0 && (
        <Group justify="flex-end">
          <ConfirmButton
            title={t('safety.sessions.othersTitle', { count: others })}
            text={t('safety.sessions.othersText')}
            verb={t('safety.sessions.others')}
            danger
            button={{ variant: 'default' }}
            onConfirm={() =>
              end.mutate(undefined, {
                onSuccess: () => toast.done(t('safety.sessions.othersDone')),
                onError: (error) => toast.failed(error),
              })
            }
          >
            {t('safety.sessions.others')}
          </ConfirmButton>
        </Group>
      )}
    </section>
  );
}
