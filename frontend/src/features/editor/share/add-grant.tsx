import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCandidates, useShare } from '@/api/sharing';
import { isAsked } from '@/api/why';
import { GrantForm } from '@/ui/sharing/grant-form';
import { toast } from '@/ui/toasts';
import { useLevels } from './levels';

/** Shares the workflow with another person or team. */
export function AddGrant({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState('');
  const found = useCandidates(workflow, asked).data;
  const share = useShare(workflow);
  return (
    <GrantForm
      people={found?.people ?? []}
      teams={found?.teams ?? []}
      onSearch={setAsked}
      levels={useLevels()}
      error={share.error}
      busy={share.isPending}
      onShare={(grant, name, done) =>
        share.mutate(
          { do: 'share', grant },
          {
            onSuccess: (answer) => {
              toast.done(isAsked(answer) ? t('ui.asked') : t('sharing.add.done', { name }));
              done();
            },
          },
        )
      }
    />
  );
}
