import { Button } from '@mantine/core';
import { IconArchive, IconBox, IconSearchOff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/empty-state';
import { KIND_ICONS, KINDS } from './kinds';
import { isFiltered } from './list-search';

/** Why the catalogue is empty, and the one thing to do about it. `add` is there for those who may. */
export function NoAssets({ add }: { add: ReactNode }) {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/assets' });
  const navigate = useNavigate({ from: '/assets' });
  if (isFiltered(search)) {
    return (
      <EmptyState
        icon={IconSearchOff}
        title={search.search ? t('assets.empty.search', { search: search.search }) : t('assets.empty.filtered')}
        action={
          <Button
            variant="default"
            onClick={() => void navigate({ search: ({ kind, archived }) => ({ kind, archived }) })}
          >
            {t('assets.empty.clear')}
          </Button>
        }
      />
    );
  }
  if (search.archived) return <EmptyState icon={IconArchive} title={t('assets.empty.archive')} />;
  const kind = KINDS.find((one) => one === search.kind);
  return (
    <EmptyState
      icon={kind ? KIND_ICONS[kind] : IconBox}
      title={t(`assets.empty.${kind ?? 'all'}`)}
      text={add ? t('assets.empty.text') : t('assets.empty.look')}
      action={add}
    />
  );
}
