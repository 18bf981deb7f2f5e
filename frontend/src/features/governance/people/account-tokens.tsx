import { Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type ServiceAccount, useAccountTokens, useCreateAccountToken } from '@/api/access';
import { useUser } from '@/api/session';
import { STAYS } from '../shown-once';
import { TokenForm } from '../tokens/add-token';
import { TokenTable } from '../tokens/token-table';

/** The tokens of a service account; whoever answers for it makes them. */
export function AccountTokens({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const { t } = useTranslation();
  const list = useAccountTokens(account.id);
  const create = useCreateAccountToken(account.id);
  const answers = useUser().id === account.owner.id;
  const [adding, add] = useDisclosure(false);
  const button = answers && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add.open}>
      {t('tokens.add.button')}
    </Button>
  );
  const done = () => {
    create.reset();
    add.close();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={adding ? 'lg' : 'xl'}
      title={t('access.accounts.tokens.label', { name: account.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      {...(create.data && STAYS)}
    >
      {adding ? (
        <TokenForm create={create} onClose={done} />
      ) : (
        <Stack gap="md">
          <TokenTable
            label={t('access.accounts.tokens.label', { name: account.name })}
            list={list}
            empty={{
              title: t('access.accounts.tokens.none'),
              text: t('access.accounts.tokens.noneText'),
              action: button,
            }}
          />
          <Group justify="flex-end" gap="xs">
            {list.rows.length > 0 && button}
            <Button variant="default" onClick={onClose}>
              {t('access.accounts.tokens.close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
