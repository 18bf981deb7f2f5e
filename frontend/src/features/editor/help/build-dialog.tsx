import { Button, Group, Loader, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconPlayerStop, IconSparkles } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type HelpEvent, isStopped, type Stage, useAsk, useProposal } from '@/api/help';
import { Confirm } from '@/ui/confirm-button';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './help.module.css';

const EXAMPLES = ['invoices', 'mail', 'orders', 'leave', 'complaints', 'report', 'contract', 'alerts'] as const;
const LONGEST = 2_000;

interface BuildDialogProps {
  workflow: string;
  /** Everything that was drawn is on the server before the model is asked to change it. */
  flush(): Promise<unknown>;
  onClose(): void;
}

/** A workflow from a sentence: said, watched while it comes into being, stopped or looked at. */
export function BuildDialog({ workflow, flush, onClose }: BuildDialogProps) {
  const { t } = useTranslation();
  const [sentence, setSentence] = useState('');
  const [warning, setWarning] = useState(false);
  const waiting = useProposal(workflow).data ?? null;
  const building = useBuilding(workflow, flush);
  const { busy, error, plan, stage } = building;
  const begin = () => void building.begin(sentence.trim());
  const ask = () => (waiting ? setWarning(true) : begin());
  const close = () => {
    building.stop();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('help.build.button')}
      closeOnClickOutside={!busy}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={error} title={t('help.build.failed')} />
        <Textarea
          label={t('help.build.label')}
          description={t('help.build.text')}
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          maxLength={LONGEST}
          readOnly={busy}
          value={sentence}
          onChange={(event) => setSentence(event.currentTarget.value)}
        />
        {!busy && plan === '' && (
          <div>
            <Text size="sm" c="dimmed" mb={6} id="help-examples">
              {t('help.build.examples')}
            </Text>
            <ul className={classes.examples} aria-labelledby="help-examples">
              {EXAMPLES.map((one) => (
                <li key={one}>
                  <Button
                    size="compact-sm"
                    variant="default"
                    radius="xl"
                    onClick={() => setSentence(t(`help.example.${one}.text`))}
                  >
                    {t(`help.example.${one}.title`)}
                  </Button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {(busy || plan !== '') && <Progress stage={stage} plan={plan} busy={busy} />}
        <Group justify="flex-end" gap="xs">
          {busy ? (
            <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={building.stop}>
              {t('help.build.stop')}
            </Button>
          ) : (
            <>
              <Button variant="default" onClick={close}>
                {t('ui.cancel')}
              </Button>
              <Button
                leftSection={<IconSparkles size={16} aria-hidden />}
                disabled={sentence.trim() === ''}
                onClick={ask}
              >
                {t('help.build.begin')}
              </Button>
            </>
          )}
        </Group>
      </Stack>
      <Confirm
        opened={warning}
        onClose={() => setWarning(false)}
        title={t('help.build.againTitle')}
        text={t('help.build.againText')}
        verb={t('help.build.begin')}
        onConfirm={begin}
      />
    </Modal>
  );
}

function Progress({ stage, plan, busy }: { stage: Stage | null; plan: string; busy: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={classes.progress} aria-label={t('help.build.progress')}>
      <output className={classes.stage}>
        {busy && <Loader size="xs" aria-hidden />}
        {busy ? t(`help.stage.${stage ?? 'planning'}`) : t('help.stage.stopped')}
      </output>
      <p className={classes.plan} aria-live="polite" aria-busy={busy && stage === 'planning'}>
        {plan}
      </p>
    </section>
  );
}

/** One building under way; what it comes to is a proposal, never a change of the canvas. */
function useBuilding(workflow: string, flush: () => Promise<unknown>) {
  const { t } = useTranslation();
  const ask = useAsk();
  const client = useQueryClient();
  const navigate = useNavigate();
  const control = useRef<AbortController | null>(null);
  const [busy, setBusy] = useState(false);
  const [stage, setStage] = useState<Stage | null>(null);
  const [plan, setPlan] = useState('');
  const [error, setError] = useState<unknown>(null);
  useEffect(() => () => control.current?.abort(), []);
  const onEvent = (event: HelpEvent) => {
    if (event.type === 'stage') setStage(event.stage);
    if (event.type === 'text') setPlan((known) => known + event.text);
  };
  const begin = async (sentence: string) => {
    const own = new AbortController();
    control.current = own;
    setBusy(true);
    setError(null);
    setPlan('');
    setStage(null);
    try {
      await flush();
      await ask(`workflows/${workflow}/proposals`, { sentence }, onEvent, own.signal);
      await client.invalidateQueries({ queryKey: ['proposal', workflow] });
      await navigate({ to: '/workflows/$id/proposal', params: { id: workflow } });
    } catch (problem) {
      if (isStopped(problem)) toast.done(t('help.build.stopped'));
      else setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return { busy, stage, plan, error, begin, stop: () => control.current?.abort() };
}
