import { ActionIcon, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './data-view.module.css';

const PAGE = 25;

export function pageOf<T>(entries: readonly T[], page: number): T[] {
  return entries.slice(page * PAGE, (page + 1) * PAGE);
}

export function pageAt(index: number): number {
  return Math.floor(index / PAGE);
}

interface DataPagerProps {
  page: number;
  count: number;
  onPage: (page: number) => void;
}

/** Pages of 25; nothing where one page holds all. */
export function DataPager({ page, count, onPage }: DataPagerProps) {
  const { t } = useTranslation();
  if (count <= PAGE) return null;
  const from = page * PAGE + 1;
  const to = Math.min(count, from + PAGE - 1);
  return (
    <nav className={classes.pager} aria-label={t('ui.data.pages')}>
      <ActionIcon
        variant="default"
        aria-label={t('ui.data.before')}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={16} aria-hidden />
      </ActionIcon>
      <Text size="xs" aria-live="polite" className={classes.number}>
        {t('ui.data.page', { from, to, count })}
      </Text>
      <ActionIcon
        variant="default"
        aria-label={t('ui.data.next')}
        disabled={to >= count}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={16} aria-hidden />
      </ActionIcon>
    </nav>
  );
}
