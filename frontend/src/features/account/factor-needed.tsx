import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession, useSignOut } from '@/api/session';
import { Door } from './door';
import { Factors } from './factors/factors';

/** All there is for somebody whose workspaces ask for a second factor, until they have one. */
export default function FactorNeeded() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const names = useSession().shut.map((one) => one.name);
  return (
    <Door title={t('safety.needed.title')} lead={t('safety.needed.text', { workspace: names.join(', ') })}>
      <Stack gap="lg">
        <Factors />
        <Button variant="subtle" color="gray" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('app.signOut')}
        </Button>
      </Stack>
    </Door>
  );
}
