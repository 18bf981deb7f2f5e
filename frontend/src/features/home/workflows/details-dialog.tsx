import { Button, Group, Modal, NumberInput, Stack, TagsInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowItem } from '@/api/types';
import { useWorkflowFacets } from '@/api/workflow-lists';
import { useEditWorkflow, useWorkflow } from '@/api/workflows';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

const MOST_TAGS = 20;
const LONGEST_TAG = 40;
const MOST_MINUTES = 100_000;

interface DetailsDialogProps {
  workflow: WorkflowItem;
  onClose: () => void;
}

/** What people find a workflow by, and what it is worth. */
export function DetailsDialog({ workflow, onClose }: DetailsDialogProps) {
  const { t } = useTranslation();
  const { data, error } = useWorkflow(workflow.id);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('workflows.details.title', { name: workflow.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <ProblemAlert error={error} />
      {!data && !error && <Waiting lines={3} />}
      {data && <DetailsForm workflow={data} onClose={onClose} />}
    </Modal>
  );
}

interface DetailsFormProps {
  workflow: WorkflowItem & { minutes_saved: number | null };
  onClose: () => void;
}

function DetailsForm({ workflow, onClose }: DetailsFormProps) {
  const { t } = useTranslation();
  const edit = useEditWorkflow(workflow.id);
  const facets = useWorkflowFacets();
  const [description, setDescription] = useState(workflow.description);
  const [tags, setTags] = useState<string[]>(workflow.tags);
  const [minutes, setMinutes] = useState<number | ''>(workflow.minutes_saved ?? '');
  const save = () =>
    edit.mutate(
      { description, tags, minutes_saved: minutes === '' ? null : minutes },
      {
        onSuccess: () => {
          toast.done(t('workflows.did.details', { name: workflow.name }));
          onClose();
        },
      },
    );
  return (
    <Stack gap="md">
      <ProblemAlert error={edit.error} />
      <Textarea
        label={t('workflows.details.description')}
        description={t('workflows.details.descriptionHelp')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={5000}
        data-autofocus
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <TagsInput
        label={t('workflows.details.tags')}
        description={t('workflows.details.tagsHelp')}
        data={facets.data?.tags.map((tag) => tag.name) ?? []}
        maxTags={MOST_TAGS}
        acceptValueOnBlur
        value={tags}
        onChange={(chosen) => setTags(chosen.map((tag) => tag.trim().slice(0, LONGEST_TAG)).filter(Boolean))}
      />
      <NumberInput
        label={t('workflows.details.minutes')}
        description={t('workflows.details.minutesHelp')}
        min={1}
        max={MOST_MINUTES}
        allowDecimal={false}
        clampBehavior="blur"
        value={minutes}
        onChange={(value) => setMinutes(typeof value === 'number' ? value : '')}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button loading={edit.isPending} onClick={save}>
          {t('settings.save')}
        </Button>
      </Group>
    </Stack>
  );
}
