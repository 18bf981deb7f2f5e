import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTokens } from '@/api/tokens';
import { CopyLine } from '@/ui/copy-line';
import { Page } from '@/ui/page';
import { AddToken } from './add-token';
import classes from './governance.module.css';
import { TokenTable } from './token-table';

/** A person's own access tokens: programs and agents outside act with them as that person. */
export default function TokensPage() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const list = useTokens();
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
      <AddToken opened={opened} onClose={close} />
    </Page>
  );
}
