import { Button, Group, Modal, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRunValues } from '@/api/runs';
import type { Run } from '@/api/types';
import { pathWords, withValue } from '@/core/fields';
import { nodeByKey, readGraph } from '@/core/graph/document';
import { type Given, givenTo } from '@/core/run/correct';
import type { RunStep } from '@/core/run/model';
import { useRepeat } from './run-actions';

interface CorrectProps {
  run: Run;
  failed: RunStep;
  nameOf: (node: string) => string;
}

/** Corrects what the failed step was given, and goes on from there. Nothing where there is nothing to correct. */
export function Correct({ run, failed, nameOf }: CorrectProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data: values } = useRunValues(run.may.payload ? run.id : null);
  const node = useMemo(() => nodeByKey(readGraph(run.graph), failed.node), [run.graph, failed.node]);
  const given = useMemo(() => (node && values ? givenTo(node, run, values) : []), [node, run, values]);
  if (given.length === 0 || !values) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPencil size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('runs.correct.button')}
      </Button>
      {open && <Dialog {...{ run, failed, nameOf, given, values }} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DialogProps extends CorrectProps {
  given: Given[];
  values: Record<string, unknown>;
  onClose: () => void;
}

function Dialog({ run, failed, nameOf, given, values, onClose }: DialogProps) {
  const { t } = useTranslation();
  const { start, pending } = useRepeat(run);
  const [changed, setChanged] = useState<ReadonlyMap<Given, unknown>>(new Map());
  const send = (event: FormEvent) => {
    event.preventDefault();
    const corrected: Record<string, unknown> = {};
    for (const [{ node, field }, value] of changed) {
      corrected[node] = withValue(corrected[node] ?? values[node], field.path, value);
    }
    start({ version: 'original', from_failed: true, corrected });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('runs.correct.title', { step: nameOf(failed.node) })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={send} noValidate>
        <Stack>
          <Text size="sm">{t('runs.correct.text')}</Text>
          {given.map((one) => (
            <GivenInput
              key={`${one.node}\n${one.field.path.join('\n')}`}
              label={`${nameOf(one.node)}: ${pathWords(one.field.path)}`}
              kind={one.field.kind}
              value={changed.has(one) ? changed.get(one) : one.field.value}
              onChange={(value) => setChanged((before) => new Map(before).set(one, value))}
            />
          ))}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={pending} disabled={changed.size === 0}>
              {t('runs.again.fromFailed')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface GivenInputProps {
  label: string;
  kind: Given['field']['kind'];
  value: unknown;
  onChange: (value: unknown) => void;
}

function GivenInput({ label, kind, value, onChange }: GivenInputProps) {
  if (kind === 'boolean') {
    return (
      <Switch label={label} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
    );
  }
  if (kind === 'number') {
    return (
      <NumberInput label={label} value={typeof value === 'number' ? value : ''} onChange={onChange} hideControls />
    );
  }
  return (
    <TextInput
      label={label}
      value={value === null || value === undefined ? '' : String(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
