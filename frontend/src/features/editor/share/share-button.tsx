import { Button, Indicator, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserShare } from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/api/types';
import classes from './share.module.css';
import { ShareDialog } from './share-dialog';

/** Opens the dialog of sharing; says how many people ask for access. */
export function ShareButton({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  // Whoever comes to answer a request finds the dialog open.
  const atOnce = useLocation({ select: (at) => at.hash === 'share' });
  const [opened, { open, close }] = useDisclosure(atOnce);
  const count = workflow.requests;
  const asked = count > 0 ? t('sharing.requests', { count }) : '';
  return (
    <>
      <Tooltip label={asked} disabled={!asked}>
        <Indicator label={count} size={16} offset={4} disabled={count === 0} zIndex={1}>
          <Button
            variant="default"
            className={classes.button}
            leftSection={<IconUserShare size={16} aria-hidden />}
            aria-describedby={asked ? 'share-asked' : undefined}
            onClick={open}
          >
            {t('sharing.button')}
          </Button>
        </Indicator>
      </Tooltip>
      {asked && (
        <span id="share-asked" hidden>
          {asked}
        </span>
      )}
      <ShareDialog workflow={workflow} opened={opened} onClose={close} />
    </>
  );
}
