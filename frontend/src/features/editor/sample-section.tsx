import { Button, Group, Text } from '@mantine/core';
import { IconPencil, IconPin, IconPinnedOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Samples, useKeepSample } from '@/api/samples';
import { SampleTag } from '@/ui/sample-tag';
import { toast } from '@/ui/toasts';
import { useEditorWorld } from './editor-store';
import { SampleEditor } from './sample-editor';

export interface SampleSectionProps {
  step: string;
  name: string;
  /** What the step gave last; `undefined` when it gave nothing. */
  output: unknown;
  samples: Samples;
}

/** Keeps what a step gave for trials of the steps behind it, shows that it is kept, and forgets it. */
export function SampleSection({ step, name, output, samples }: SampleSectionProps) {
  const { t } = useTranslation();
  const { workflow, readOnly } = useEditorWorld();
  const keep = useKeepSample(workflow);
  const [writing, setWriting] = useState(false);
  const kept = step in samples;
  const send = (what: { value?: unknown }) =>
    keep.mutate(
      { node: step, ...what },
      {
        onSuccess: () => toast.done(t('value' in what ? 'editor.sample.done' : 'editor.sample.cleared')),
        onError: (error) => toast.failed(error),
      },
    );
  const other = !kept || JSON.stringify(samples[step]) !== JSON.stringify(output);
  if (readOnly) return null;
  return (
    <section aria-label={t('editor.sample.title')}>
      <Group gap={8}>
        {kept && <SampleTag label={t('editor.sample.kept')} />}
        {output !== undefined && other && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPin size={14} />}
            loading={keep.isPending}
            onClick={() => send({ value: output })}
          >
            {t('editor.sample.keep')}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconPencil size={14} />}
          onClick={() => setWriting(true)}
        >
          {t(kept ? 'editor.sample.edit' : 'editor.sample.write')}
        </Button>
        {kept && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconPinnedOff size={14} />}
            loading={keep.isPending}
            onClick={() => send({})}
          >
            {t('editor.sample.clear')}
          </Button>
        )}
      </Group>
      {kept && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('editor.sample.help')}
        </Text>
      )}
      {writing && (
        <SampleEditor step={step} name={name} value={kept ? samples[step] : output} onClose={() => setWriting(false)} />
      )}
    </section>
  );
}
