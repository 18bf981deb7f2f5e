import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWorkflowBulk, type WorkflowAction } from '@/api/workflow-lists';
import { Confirm } from '@/ui/confirm-button';
import { SelectionBar } from '@/ui/selection-bar';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';
import { MoveDialog } from './folder-dialogs';

type Verb = Exclude<WorkflowAction, 'move'>;

interface WorkflowBulkProps {
  chosen: readonly string[];
  archived: boolean;
  onDone: () => void;
}

/** What can be done to all chosen workflows at once; each that refuses says why. */
export function WorkflowBulk({ chosen, archived, onDone }: WorkflowBulkProps) {
  const { t } = useTranslation();
  const bulk = useWorkflowBulk();
  const [asking, setAsking] = useState<WorkflowAction | null>(null);
  const count = chosen.length;
  const close = () => setAsking(null);
  const does = (action: Verb) =>
    bulk.mutate(
      { action, ids: [...chosen] },
      {
        onSuccess: ({ done, refused }) => {
          if (done.length > 0) toast.done(t(`workflows.bulk.did.${action}`, { count: done.length }));
          if (refused.length > 0) {
            const why = [...new Set(refused.map((one) => toldProblem(one).message))].slice(0, 3).join(' ');
            toast.failed(t('workflows.bulk.refused', { count: refused.length, why }));
          }
          onDone();
        },
        onError: (error) => toast.failed(error),
      },
    );
  if (count === 0) return null;
  const verbs: WorkflowAction[] = archived ? ['restore', 'delete'] : ['move', 'archive'];
  return (
    <SelectionBar
      label={t('workflows.bulk.label')}
      chosen={t('workflows.bulk.chosen', { count })}
      clear={t('workflows.bulk.clear')}
      onClear={onDone}
    >
      {verbs.map((verb) => (
        <Button
          key={verb}
          size="xs"
          variant="default"
          loading={bulk.isPending && bulk.variables?.action === verb}
          disabled={bulk.isPending}
          onClick={() => setAsking(verb)}
        >
          {t(`workflows.menu.${verb}`)}
        </Button>
      ))}
      {asking === 'move' && (
        <MoveDialog
          title={t('workflows.bulk.ask.move', { count })}
          moved={{ workflows: [...chosen] }}
          onClose={close}
          onDone={onDone}
        />
      )}
      {asking !== null && asking !== 'move' && (
        <Confirm
          opened
          onClose={close}
          title={t(`workflows.bulk.ask.${asking}`, { count })}
          text={t(`workflows.bulk.means.${asking}`)}
          verb={t(`workflows.menu.${asking}`)}
          danger={asking === 'delete'}
          onConfirm={() => does(asking)}
        />
      )}
    </SelectionBar>
  );
}
