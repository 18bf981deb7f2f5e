import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BulkVerb, useBulk } from '@/api/runs';
import { useCan } from '@/api/session';
import { Confirm } from '@/ui/confirm-button';
import { SelectionBar } from '@/ui/selection-bar';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';

const VERBS: Record<'all' | 'dead', BulkVerb[]> = {
  all: ['cancel', 'pause', 'resume', 'retry'],
  dead: ['retry', 'dismiss'],
};
/** What is lost or hidden by them is asked for once more. */
const ASKED: readonly BulkVerb[] = ['cancel', 'dismiss'];

interface BulkBarProps {
  chosen: readonly string[];
  /** The list of failed runs has other verbs. */
  dead: boolean;
  onDone: () => void;
}

/** What can be done to all chosen runs at once; each that refuses says why. */
export function BulkBar({ chosen, dead, onDone }: BulkBarProps) {
  const { t } = useTranslation();
  const bulk = useBulk();
  const mayControl = useCan('run:cancel');
  const mayStart = useCan('workflow:run');
  const [asking, setAsking] = useState<BulkVerb | null>(null);
  const count = chosen.length;
  const run = (action: BulkVerb) =>
    bulk.mutate(
      { action, ids: [...chosen] },
      {
        onSuccess: ({ done, refused }) => {
          if (done.length > 0) toast.done(t(`runs.bulk.done.${action}`, { count: done.length }));
          if (refused.length > 0) {
            const why = [...new Set(refused.map((one) => toldProblem(one).message))].slice(0, 3).join(' ');
            toast.failed(t('runs.bulk.refused', { count: refused.length, why }));
          }
          onDone();
        },
        onError: (error) => toast.failed(error),
      },
    );
  if (count === 0) return null;
  return (
    <SelectionBar
      label={t('runs.bulk.label')}
      chosen={t('runs.bulk.chosen', { count })}
      clear={t('runs.bulk.clear')}
      onClear={onDone}
    >
      {VERBS[dead ? 'dead' : 'all']
        .filter((verb) => mayControl && (verb !== 'retry' || mayStart))
        .map((verb) => (
          <Button
            key={verb}
            size="xs"
            variant="default"
            loading={bulk.isPending && bulk.variables?.action === verb}
            disabled={bulk.isPending}
            onClick={() => (ASKED.includes(verb) ? setAsking(verb) : run(verb))}
          >
            {t(`runs.bulk.verb.${verb}`)}
          </Button>
        ))}
      <Confirm
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title={asking === 'dismiss' ? t('runs.bulk.ask.dismiss', { count }) : t('runs.bulk.ask.cancel', { count })}
        text={asking === 'dismiss' ? t('runs.bulk.means.dismiss') : t('runs.stop.text')}
        verb={asking === 'dismiss' ? t('runs.bulk.verb.dismiss') : t('runs.bulk.verb.cancel')}
        danger={asking === 'cancel'}
        onConfirm={() => asking && run(asking)}
      />
    </SelectionBar>
  );
}
