import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession, useWorkspace } from '@/api/session';
import { useEndSessions, usePasswordLink, useSignedIn } from '@/api/signed-in';
import type { Member } from '@/api/types';
import { CopyLine } from '@/ui/copy-line';
import { ProblemAlert } from '@/ui/problem-alert';
import { SessionTable } from '@/ui/session-table';
import { toast } from '@/ui/toasts';

/** Where a member is signed in, for whoever manages people. Ended ones have to sign in again. */
export function MemberSessions({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const sessions = useSignedIn(member.id);
  const end = useEndSessions(member.id);
  const { name } = member.user;
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('people.sessions.title', { name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <Text>{t('people.sessions.text')}</Text>
        <SessionTable
          label={t('people.sessions.title', { name })}
          sessions={sessions}
          onEnd={(id) => end.mutateAsync(id)}
        />
        <PasswordLink member={member} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.close')}
          </Button>
          {(sessions.data ?? []).length > 0 && (
            <Button
              color="red"
              loading={end.isPending}
              onClick={() =>
                end.mutate(undefined, {
                  onSuccess: () => toast.done(t('people.sessions.allDone', { name })),
                  onError: (error) => toast.failed(error),
                })
              }
            >
              {t('people.sessions.all')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** For somebody who forgot their password, where no mail is sent. Only owners make it. */
function PasswordLink({ member }: { member: Member }) {
  const { t } = useTranslation();
  const { smtp } = useSession().features;
  const owns = useWorkspace().roles.includes('owner');
  const make = usePasswordLink();
  const { name } = member.user;
  if (smtp || !owns) return null;
  return (
    <Stack gap="xs" component="section" aria-labelledby="password-link">
      <Title order={3} id="password-link" size="h4">
        {t('people.passwordLink.title')}
      </Title>
      <ProblemAlert error={make.error} />
      <Text c="dimmed">{t('people.passwordLink.text', { name })}</Text>
      {make.data ? (
        <CopyLine
          label={t('people.passwordLink.link')}
          value={make.data.address}
          help={t('people.passwordLink.once', { name })}
        />
      ) : (
        <Group>
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate(member.id)}>
            {t('people.passwordLink.button')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
