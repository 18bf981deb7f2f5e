import { Button } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDiscardProposal, useProposal } from '@/api/help';
import { ButtonLink } from '@/ui/button-link';
import { toast } from '@/ui/toasts';
import classes from './help.module.css';

/** A proposal that was neither applied nor discarded waits, however long one was away. */
export function ProposalBar({ workflow, readOnly }: { workflow: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const { data } = useProposal(workflow, !readOnly);
  const discard = useDiscardProposal(workflow);
  if (!data) return null;
  return (
    <section className={classes.waiting} aria-label={t('help.proposal.title')}>
      <IconSparkles size={18} aria-hidden />
      <span>{t('help.proposal.waits')}</span>
      <ButtonLink to="/workflows/$id/proposal" params={{ id: workflow }} size="compact-sm">
        {t('help.proposal.look')}
      </ButtonLink>
      <Button
        size="compact-sm"
        variant="default"
        loading={discard.isPending}
        onClick={() =>
          void discard.mutateAsync(data.id).then(
            () => toast.done(t('help.proposal.discarded')),
            (error) => toast.failed(error),
          )
        }
      >
        {t('help.proposal.discard')}
      </Button>
    </section>
  );
}
