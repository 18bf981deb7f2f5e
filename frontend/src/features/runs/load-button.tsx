import { IconBug } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { Run } from '@/api/types';
import { ended, isInner } from '@/core/run/model';
import { ButtonLink } from '@/ui/button-link';

/** Takes the data of a run into the editor, to find out there what went wrong. */
export function LoadButton({ run, small = false }: { run: Run; small?: boolean }) {
  const { t } = useTranslation();
  const may = useCan('workflow:edit');
  if (!may || !run.may.payload || !ended(run.status) || typeof run.parent?.chunk === 'number') return null;
  if (isInner(run)) return null;
  return (
    <ButtonLink
      to="/workflows/$id"
      params={{ id: run.workflow.id }}
      search={{ run: run.id }}
      variant="default"
      size={small ? 'xs' : 'sm'}
      leftSection={<IconBug size={small ? 14 : 16} aria-hidden />}
    >
      {t('runs.load')}
    </ButtonLink>
  );
}
