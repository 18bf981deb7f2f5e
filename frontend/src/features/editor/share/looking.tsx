import { Popover, Text, UnstyledButton } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { Workflow } from '@/api/types';
import { AskForm } from './ask-form';
import classes from './share.module.css';

/** Says that nothing can be changed, why, and whom to ask. */
export function Looking({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const audits = useCan('audit:read');
  const owner = workflow.owner?.name;
  const why = audits
    ? t('sharing.look.auditor')
    : owner
      ? t('sharing.look.why', { owner })
      : t('sharing.look.whyNobody');
  return (
    <Popover position="bottom-start" width={300} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <UnstyledButton className={classes.looking}>
          <IconLock size={14} aria-hidden />
          {t('editor.top.readOnly')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('editor.top.readOnly')}>
        <Text size="sm" mb={audits ? 0 : 'sm'}>
          {why}
        </Text>
        {!audits && (
          <AskForm
            workflow={workflow.id}
            level="edit"
            note={t('sharing.wish.note')}
            submit={t('sharing.wish.edit')}
            sent={t('sharing.wish.sent')}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
