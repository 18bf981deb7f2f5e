import { Button, Group, Modal, NumberInput, Stack, Switch, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/api/types';
import { useEditWorkflow } from '@/api/workflows';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

const MOST_RUNNING = 10_000;
const MOST_MINUTES = 100_000;
const MOST_FAILURES = 1000;
const MOST_DAYS = 3650;

interface SettingsDialogProps {
  workflow: Workflow;
  onClose(): void;
}

/** What holds for every run of the workflow, whichever version is live. */
export function SettingsDialog({ workflow, onClose }: SettingsDialogProps) {
  const { t } = useTranslation();
  const edit = useEditWorkflow(workflow.id);
  const [callable, setCallable] = useState(workflow.callable_by === 'workspace');
  const [most, setMost] = useState<number | ''>(workflow.max_running ?? '');
  const [minutes, setMinutes] = useState<number | ''>(workflow.minutes_saved ?? '');
  const [failures, setFailures] = useState<number | ''>(workflow.pause_after ?? '');
  const [keeps, setKeeps] = useState(!workflow.keep_none);
  const [days, setDays] = useState<number | ''>(workflow.keep_days ?? '');
  const [personal, setPersonal] = useState<string[]>([...workflow.personal_fields]);
  const save = () =>
    edit.mutate(
      {
        callable_by: callable ? 'workspace' : 'nobody',
        max_running: most === '' ? null : most,
        minutes_saved: minutes === '' ? null : minutes,
        pause_after: failures === '' ? null : failures,
        keep_days: days === '' ? null : days,
        keep_none: !keeps,
        personal_fields: personal,
      },
      {
        onSuccess: () => {
          toast.done(t('editor.workflow.saved'));
          onClose();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.workflow.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack gap="lg">
        {edit.error && <ProblemAlert error={edit.error} />}
        <Switch
          label={t('editor.workflow.callable')}
          description={t('editor.workflow.callableHelp')}
          checked={callable}
          onChange={(event) => setCallable(event.currentTarget.checked)}
        />
        <NumberInput
          label={t('editor.workflow.most')}
          description={t('editor.workflow.mostHelp')}
          placeholder={t('editor.workflow.any')}
          min={1}
          max={MOST_RUNNING}
          allowDecimal={false}
          clampBehavior="blur"
          value={most}
          onChange={(value) => setMost(typeof value === 'number' ? value : '')}
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
        <NumberInput
          label={t('editor.workflow.pauseAfter')}
          description={t('editor.workflow.pauseAfterHelp')}
          placeholder={t('editor.workflow.never')}
          min={2}
          max={MOST_FAILURES}
          allowDecimal={false}
          clampBehavior="blur"
          value={failures}
          onChange={(value) => setFailures(typeof value === 'number' ? value : '')}
        />
        <Switch
          label={t('editor.workflow.keeps')}
          description={t('editor.workflow.keepsHelp')}
          checked={keeps}
          onChange={(event) => setKeeps(event.currentTarget.checked)}
        />
        <NumberInput
          label={t('editor.workflow.keepDays')}
          description={t('editor.workflow.keepDaysHelp')}
          placeholder={t('editor.workflow.asWorkspace')}
          min={1}
          max={MOST_DAYS}
          allowDecimal={false}
          clampBehavior="blur"
          value={days}
          onChange={(value) => setDays(typeof value === 'number' ? value : '')}
        />
        <TagsInput
          label={t('editor.workflow.personal')}
          description={t('editor.workflow.personalHelp')}
          acceptValueOnBlur
          value={personal}
          onChange={setPersonal}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('editor.cancel')}
          </Button>
          <Button loading={edit.isPending} onClick={save}>
            {t('settings.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
