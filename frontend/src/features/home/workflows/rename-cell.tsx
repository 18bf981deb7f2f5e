import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import type { WorkflowItem } from '@/api/types';
import { useEditWorkflow } from '@/api/workflows';
import { toast } from '@/ui/toasts';
import { told } from '@/ui/told';

const LONGEST = 200;

/** The name of a workflow while it is written anew: Enter keeps it, Escape leaves it as it was. */
export function RenameCell({ workflow, onEnd }: { workflow: WorkflowItem; onEnd: () => void }) {
  const { t } = useTranslation();
  const edit = useEditWorkflow(workflow.id);
  const [name, setName] = useState(workflow.name);
  const [error, setError] = useState<string | null>(null);
  const ended = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The menu that leads here gives the focus back first, which would end it at once.
    const timer = setTimeout(() => field.current?.focus());
    return () => clearTimeout(timer);
  }, []);
  const end = () => {
    ended.current = true;
    onEnd();
  };
  const keep = () => {
    const wanted = name.trim();
    if (ended.current || edit.isPending) return;
    if (!wanted) return setError(t('workflows.rename.needsName'));
    if (wanted === workflow.name) return end();
    edit.mutate(
      { name: wanted },
      {
        onSuccess: () => {
          toast.done(t('workflows.did.rename', { name: wanted }));
          end();
        },
        onError: (problem) => setError(isApiError(problem) ? told(problem) : t('ui.problem.unknown')),
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') keep();
    if (event.key === 'Escape') end();
  };
  return (
    <TextInput
      size="xs"
      aria-label={t('workflows.rename.label', { name: workflow.name })}
      ref={field}
      maxLength={LONGEST}
      value={name}
      error={error}
      disabled={edit.isPending}
      onChange={(event) => {
        setName(event.currentTarget.value);
        setError(null);
      }}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={keep}
      onKeyDown={onKeyDown}
    />
  );
}
