import { ActionIcon, Button, MultiSelect, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Config, GraphNode } from '@/core/graph/document';
import type { Path } from '@/core/graph/formulas';
import { problemsAt } from '@/core/graph/problems';
import { pickProperties, plainSchema, propertiesOf } from '@/core/graph/schema';
import { problemLine } from '@/ui/told';
import { useEditor, useEditorWorld } from './editor-store';
import { FormContext, useForm } from './form/form-context';
import classes from './step-panel.module.css';

const SettingsForm = lazy(() => import('./form/settings-form'));

/** As many as the server takes. */
const MOST = 5;

export interface FallbackSectionProps {
  node: GraphNode;
  onChange(fallbacks: Config[]): void;
}

/** Other settings to try, in order, before the step counts as failed: another model, another address. */
export function FallbackSection({ node, onChange }: FallbackSectionProps) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const { fallbacks } = node.policy;
  const set = (index: number, next: Config | null) =>
    onChange(fallbacks.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])));
  if (readOnly && fallbacks.length === 0) return null;
  return (
    <Stack gap={10} component="section">
      <div>
        <Title order={3} size="h3">
          {t('editor.fallback.title')}
        </Title>
        <Text size="xs" c="dimmed">
          {t('editor.fallback.help')}
        </Text>
      </div>
      {fallbacks.map((fallback, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fallbacks have no name but their place.
        <Fallback key={index} node={node} index={index} fallback={fallback} onChange={(next) => set(index, next)} />
      ))}
      {!readOnly && fallbacks.length < MOST && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          w="fit-content"
          onClick={() => onChange([...fallbacks, {}])}
        >
          {t('editor.fallback.add')}
        </Button>
      )}
    </Stack>
  );
}

interface FallbackProps {
  node: GraphNode;
  index: number;
  fallback: Config;
  onChange(next: Config | null): void;
}

function Fallback({ node, index, fallback, onChange }: FallbackProps) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const form = useForm();
  const problems = useEditor((state) => state.problems);
  const schema = useMemo(() => plainSchema(nodeTypes.get(node.type)?.config_schema ?? {}), [nodeTypes, node.type]);
  const settings = propertiesOf(schema).map(([key, one]) => ({ value: key, label: String(one.title ?? key) }));
  const chosen = settings.map((one) => one.value).filter((key) => key in fallback);
  const drawn = useMemo(() => {
    // What differs is asked for, never required: an empty one is told by the server.
    return { ...pickProperties(schema, Object.keys(fallback)), required: [] };
  }, [schema, fallback]);
  const place = ['policy', 'fallbacks', index] as const;
  const world = useMemo(
    () => ({
      ...form,
      wrote: null,
      got: undefined,
      problemsAt: (path: Path) => problemsAt(problems, node.key, ['policy', 'fallbacks', index, ...path]),
    }),
    [form, problems, node.key, index],
  );
  const number = index + 1;
  return (
    <div className={classes.fallback}>
      <div className={classes.fallbackHead}>
        <Text size="sm" fw={600}>
          {t('editor.fallback.number', { number })}
        </Text>
        {!readOnly && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t('editor.fallback.remove', { number })}
            onClick={() => onChange(null)}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </div>
      {problemsAt(problems, node.key, place).map((problem) => (
        <Text key={problem.code} size="sm" c="var(--tone-attention)" role="alert">
          {problemLine(problem)}
        </Text>
      ))}
      <MultiSelect
        label={t('editor.fallback.which')}
        placeholder={chosen.length === 0 ? t('editor.fallback.choose') : ''}
        data={settings}
        value={chosen}
        disabled={readOnly}
        onChange={(keys) =>
          onChange(
            Object.fromEntries(keys.map((key) => [key, key in fallback ? fallback[key] : (node.config[key] ?? null)])),
          )
        }
      />
      {chosen.length > 0 && (
        <FormContext.Provider value={world}>
          <Suspense fallback={<Skeleton height={60} />}>
            <SettingsForm
              idPrefix={`${node.key}-fallback-${index}`}
              schema={drawn}
              config={fallback}
              readOnly={readOnly}
              onChange={(next) =>
                onChange(Object.fromEntries(Object.keys(fallback).map((key) => [key, next[key] ?? null])))
              }
            />
          </Suspense>
        </FormContext.Provider>
      )}
    </div>
  );
}
