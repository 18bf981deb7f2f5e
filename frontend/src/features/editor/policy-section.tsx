import { NumberInput, Select, Stack, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setPolicy } from '@/core/graph/commands';
import type { GraphNode, OnError, Policy } from '@/core/graph/document';
import { useEditorActions, useEditorWorld } from './editor-store';
import { FallbackSection } from './fallback-section';
import { UndoSection } from './undo-section';

const MOST_TRIES = 20;

/** How often a step tries, how long it may take, and what happens when it fails. */
export function PolicySection({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  const { policy } = node;
  const acts = nodeTypes.get(node.type)?.kind === 'step';
  const change = (part: Partial<Policy>) =>
    edit({ label: 'policy', place: `policy:${node.key}` }, (graph) => setPolicy(graph, node.key, part));
  const numberOrNull = (value: number | string) => (typeof value === 'number' ? value : null);
  return (
    <Stack gap={14} component="section">
      <Title order={3} size="h3">
        {t('editor.policy.title')}
      </Title>
      <NumberInput
        label={t('editor.policy.tries')}
        description={t('editor.policy.triesHelp')}
        min={1}
        max={MOST_TRIES}
        allowDecimal={false}
        clampBehavior="strict"
        value={policy.retry.attempts}
        disabled={readOnly}
        onChange={(value) => change({ retry: { ...policy.retry, attempts: numberOrNull(value) ?? 1 } })}
      />
      <NumberInput
        label={t('editor.policy.limit')}
        description={t('editor.policy.limitHelp')}
        min={1}
        suffix={t('editor.policy.seconds')}
        value={policy.timeout_s ?? ''}
        placeholder={t('editor.policy.noLimit')}
        disabled={readOnly}
        onChange={(value) => change({ timeout_s: numberOrNull(value) })}
      />
      {acts && <FallbackSection node={node} onChange={(fallbacks) => change({ fallbacks })} />}
      <Select
        label={t(policy.fallbacks.length > 0 ? 'editor.policy.onErrorAtLast' : 'editor.policy.onError')}
        description={policy.on_error === 'compensate' ? t('editor.policy.compensateHelp') : undefined}
        data={(['fail', 'continue', 'path', 'compensate'] as const).map((value) => ({
          value,
          label: t(`editor.policy.${value}`),
        }))}
        value={policy.on_error}
        allowDeselect={false}
        disabled={readOnly}
        onChange={(value) => change({ on_error: (value ?? 'fail') as OnError })}
      />
      {policy.on_error === 'continue' && (
        <OtherValue value={policy.fallback_value} onChange={(value) => change({ fallback_value: value })} />
      )}
      {acts && <UndoSection node={node} />}
    </Stack>
  );
}

function OtherValue({ value, onChange }: { value: unknown; onChange(value: unknown): void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() =>
    value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value),
  );
  return (
    <Textarea
      label={t('editor.policy.fallback')}
      description={t('editor.policy.fallbackHelp')}
      autosize
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        onChange(next === '' ? null : readValue(next));
      }}
    />
  );
}

/** Records, lists, numbers and yes/no as what they are, anything else as text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
