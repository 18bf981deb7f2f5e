import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StepUpNeeded, useCompanyAccount, useUnlinkCompany, WrongCode } from '@/api/factors';
import { useCompanySignIn, useSession } from '@/api/session';
import { ConfirmButton } from '@/ui/confirm-button';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { useStepUp } from './step-up';

/** The account of the organisation: linked to this one, or not yet. Nothing where there is no such sign-in. */
export function CompanyAccount() {
  const { company_sign_in } = useSession().features;
  return company_sign_in ? <Linked name={company_sign_in} /> : null;
}

function Linked({ name }: { name: string }) {
  const { t } = useTranslation();
  const linked = useCompanyAccount();
  const unlink = useUnlinkCompany();
  const signIn = useCompanySignIn();
  const { guard, dialog } = useStepUp();
  if (!linked.data) return <ProblemAlert error={linked.error} retry={() => void linked.refetch()} />;
  const account = linked.data[0];
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text fw={550}>{name}</Text>
        <Text size="xs" c="dimmed">
          {account ? t('safety.company.linked') : t('safety.company.unlinked')}
        </Text>
        <ProblemAlert error={signIn.error} />
        {unlink.error instanceof WrongCode ? (
          <Text role="alert" size="sm" c="red">
            {t('safety.company.needsPassword')}
          </Text>
        ) : (
          !(unlink.error instanceof StepUpNeeded) && <ProblemAlert error={unlink.error} />
        )}
      </div>
      {account ? (
        <ConfirmButton
          title={t('safety.company.unlinkTitle', { name })}
          text={t('safety.company.unlinkText')}
          verb={t('safety.company.unlink')}
          danger
          button={{ size: 'compact-sm', variant: 'subtle', color: 'gray' }}
          onConfirm={() =>
            guard(() => unlink.mutateAsync(account).then(() => toast.done(t('safety.company.unlinkDone', { name }))))
          }
        >
          {t('safety.company.unlink')}
        </ConfirmButton>
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          loading={signIn.isPending}
          onClick={() => signIn.mutate('/profile')}
        >
          {t('safety.company.link')}
        </Button>
      )}
      {dialog}
    </Group>
  );
}
