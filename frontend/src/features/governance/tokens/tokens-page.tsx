import { Button, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useServiceAccounts } from '@/api/access';
import { useUser, useWorkspace } from '@/api/session';
import { useTokens } from '@/api/tokens';
import { TextLink } from '@/ui/button-link';
import { CopyLine } from '@/ui/copy-line';
import { DownloadButton } from '@/ui/download-button';
import { Page } from '@/ui/page';
import classes from '../governance.module.css';
import { AddToken } from './add-token';
import { TokenTable } from './token-table';

/** A person's own access tokens: programs and agents outside act with them as that person. */
export default function TokensPage() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const list = useTokens();
  const workspace = useWorkspace();
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t('tokens.add.button')}
    </Button>
  );
  return (
    <Page title={t('tokens.title')} lead={t('tokens.lead')} actions={add}>
      <TokenTable
        label={t('tokens.title')}
        list={list}
        empty={{ title: t('tokens.empty.title'), text: t('tokens.empty.text'), action: add }}
      />
      <section className={classes.card}>
        <CopyLine label={t('tokens.mcp')} value={`${window.location.origin}/mcp`} help={t('tokens.mcpHelp')} />
      </section>
      <section className={classes.card} aria-labelledby="for-programs">
        <Title order={2} size="h4" id="for-programs" mb={4}>
          {t('access.api.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          {t('access.api.text')}
        </Text>
        <Stack gap="sm">
          <CopyLine label={t('access.api.address')} value={`${window.location.origin}/api`} />
          <CopyLine
            label={t('access.api.example')}
            value={`curl -H "Authorization: Bearer tutti_…" ${window.location.origin}/api/workspaces/${workspace.id}/workflows`}
          />
          <DownloadButton href="/api/schema" className={classes.download}>
            {t('access.api.download')}
          </DownloadButton>
        </Stack>
      </section>
      <AnsweredFor />
      <AddToken opened={opened} onClose={close} />
    </Page>
  );
}

/** Whoever answers for service accounts makes their tokens too, and need not see the members for it. */
function AnsweredFor() {
  const { t } = useTranslation();
  const user = useUser();
  const own = useServiceAccounts().rows.filter(({ owner }) => owner.id === user.id);
  if (own.length === 0) return null;
  return (
    <section className={classes.card} aria-labelledby="answered-for">
      <Title order={2} size="h4" id="answered-for" mb={4}>
        {t('access.accounts.own')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {own.map(({ name }) => name).join(', ')}
      </Text>
      <TextLink to="/admin/service-accounts">{t('access.accounts.toOwn')}</TextLink>
    </section>
  );
}
