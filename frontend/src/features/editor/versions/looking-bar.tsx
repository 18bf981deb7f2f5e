import { Tooltip } from '@mantine/core';
import { IconArrowLeft, IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/api/types';
import { ButtonLink } from '@/ui/button-link';
import { usePageTitle } from '@/ui/page';
import bar from '../top-bar.module.css';
import classes from './versions.module.css';

interface LookingBarProps {
  workflow: Workflow;
  /** What is looked at. */
  what: string;
  children?: ReactNode;
}

/** The head of a page on which a workflow can only be looked at. */
export function LookingBar({ workflow, what, children }: LookingBarProps) {
  const { t } = useTranslation();
  usePageTitle(`${what} · ${workflow.name}`);
  return (
    <header className={`${bar.bar} ${classes.bar}`}>
      <div className={bar.left}>
        <Tooltip label={t('versions.back')}>
          <ButtonLink
            to="/workflows/$id"
            params={{ id: workflow.id }}
            search={{ tab: 'versions' }}
            variant="subtle"
            color="gray"
            px={8}
            aria-label={t('versions.back')}
          >
            <IconArrowLeft size={18} aria-hidden />
          </ButtonLink>
        </Tooltip>
        <h1 className={classes.title}>
          {workflow.name} <span>{what}</span>
        </h1>
        <span className={classes.viewOnly}>
          <IconEye size={14} aria-hidden />
          {t('versions.viewOnly')}
        </span>
      </div>
      <div className={`${bar.right} ${classes.barRight}`}>{children}</div>
    </header>
  );
}
