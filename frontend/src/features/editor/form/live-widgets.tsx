import { Button, Group, Text } from '@mantine/core';
import type { WidgetProps } from '@rjsf/utils';
import { IconPlug, IconTestPipe } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import type { Credential } from '@/api/types';
import { useWorkflows } from '@/api/workflows';
import { nodeByKey } from '@/core/graph/document';
import { TextLink } from '@/ui/button-link';
import { graphOf, useEditor, useEditorWorld } from '../editor-store';
import { ConnectionDialog } from './connection-dialog';
import { hostOf } from './connection-trial';
import classes from './form.module.css';
import { useForm } from './form-context';
import { LiveChoice } from './live-choice';

const ASSET_KINDS = ['model', 'tool', 'agent', 'prompt', 'data_set'] as const;

/** A model, tool or agent of the kind and task that the step asks for, with what it is for. */
export function AssetWidget({ id, label, value, onChange, readonly, required, schema: plain }: WidgetProps) {
  const { t } = useTranslation();
  const schema = plain as Record<string, unknown>;
  const kind = ASSET_KINDS.find((one) => one === schema['x-asset-kind']) ?? 'model';
  const assets = useAssets({ kind: String(schema['x-asset-kind'] ?? ''), task: String(schema['x-asset-task'] ?? '') });
  const chosen = assets.rows.find((asset) => asset.name === String(value).split('@')[0]);
  return (
    <>
      <LiveChoice
        id={id}
        label={label}
        value={value ?? null}
        choices={assets.rows.map((asset) => ({
          value: asset.name,
          label: asset.sample ? t('editor.form.sampleModel', { title: asset.title }) : asset.title,
        }))}
        unknown={String(value)}
        placeholder={t(`editor.form.choose_${kind}`)}
        nothingFound={t(`editor.form.no_${kind}`)}
        clearable={!required}
        disabled={Boolean(readonly)}
        loading={assets.query.isFetching}
        onRefresh={() => void assets.query.refetch()}
        onChange={(next) => onChange(next ?? undefined)}
      />
      {chosen && chosen.description !== '' && <Text className={classes.help}>{chosen.description}</Text>}
      {chosen && !chosen.live && <Text className={classes.help}>{t('editor.form.notLive')}</Text>}
      {!readonly && assets.query.isSuccess && assets.rows.length === 0 && (
        <Text className={classes.help}>
          {t(`editor.form.none_${kind}`)}{' '}
          <TextLink to="/assets" search={{}} size="xs">
            {t('editor.form.openCatalogue')}
          </TextLink>
        </Text>
      )}
    </>
  );
}

/** Another workflow of the workspace. */
export function WorkflowWidget({ id, label, value, onChange, readonly, required }: WidgetProps) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const workflows = useWorkflows();
  const others = workflows.rows.filter((one) => one.id !== workflow);
  return (
    <LiveChoice
      id={id}
      label={label}
      value={value ?? null}
      choices={others.map((one) => ({ value: one.id, label: one.name }))}
      unknown={t('editor.form.chosenWorkflow')}
      placeholder={t('editor.form.chooseWorkflow')}
      nothingFound={t('editor.form.noWorkflow')}
      clearable={!required}
      disabled={Boolean(readonly)}
      loading={workflows.query.isFetching}
      onRefresh={() => void workflows.query.refetch()}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

const belongsTo = (connection: Credential, host: string | null) => {
  const bare = host?.replace(/:\d+$/, '');
  return host !== null && connection.hosts.some((one) => one === host || one === bare);
};

/** An account to sign in with: one of those there are, or a new one, connected and tried without leaving the step. */
export function CredentialWidget({ id, label, value, onChange, readonly }: WidgetProps) {
  const { t } = useTranslation();
  const { step } = useForm();
  const mayRead = useCan('credential:read');
  const mayAdd = useCan('credential:edit');
  const mayUse = useCan('credential:use') || mayAdd;
  const credentials = useCredentials(mayRead);
  const [dialog, setDialog] = useState<{ connection?: Credential } | null>(null);
  const address = useEditor((state) => nodeByKey(graphOf(state), step)?.config.url);
  const host = hostOf(address);
  const fitting = credentials.rows.filter((one) => belongsTo(one, host));
  const [only] = fitting;
  const sure = only !== undefined && fitting.length === 1 && !credentials.query.hasNextPage ? only.id : null;

  // Nothing has been said about a connection: the only one for this address is meant. "None" is an answer (null).
  useEffect(() => {
    if (sure !== null && value === undefined && !readonly) onChange(sure);
  }, [sure, value, readonly, onChange]);

  const chosen = credentials.rows.find((one) => one.id === value);
  const others = credentials.rows.filter((one) => !fitting.includes(one));
  const hidden = typeof value === 'string' && chosen === undefined && !credentials.query.isFetching;
  return (
    <>
      <LiveChoice
        id={id}
        label={label}
        value={value ?? null}
        choices={[...fitting, ...others].map((one) => ({ value: one.id, label: one.name }))}
        unknown={t(mayRead ? 'editor.connect.gone' : 'editor.connect.hidden')}
        placeholder={t('editor.form.noConnection')}
        nothingFound={t('editor.connect.none')}
        clearable
        disabled={Boolean(readonly) || !mayRead}
        loading={mayRead && credentials.query.isFetching}
        renderOption={(item) => {
          const one = credentials.rows.find((row) => row.id === item.value);
          return (
            <span>
              {item.label}
              {one && <span className={classes.offerGives}>{one.hosts.join(', ')}</span>}
            </span>
          );
        }}
        onRefresh={() => void credentials.query.refetch()}
        onChange={(next) => onChange(next)}
      />
      {(!mayRead || (hidden && mayRead)) && typeof value === 'string' && (
        <Text className={classes.help}>{t(mayRead ? 'editor.connect.goneHelp' : 'editor.connect.hiddenHelp')}</Text>
      )}
      {chosen && host && !belongsTo(chosen, host) && (
        <Text className={classes.help}>{t('editor.connect.otherHost', { host, hosts: chosen.hosts.join(', ') })}</Text>
      )}
      {!readonly && (
        <Group gap={8} mt={6}>
          {mayAdd && (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconPlug size={14} aria-hidden />}
              onClick={() => setDialog({})}
            >
              {t('editor.connect.add')}
            </Button>
          )}
          {chosen && mayUse && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconTestPipe size={14} aria-hidden />}
              onClick={() => setDialog({ connection: chosen })}
            >
              {t('editor.connect.tryOut')}
            </Button>
          )}
          {!mayAdd && mayRead && credentials.rows.length === 0 && (
            <Text className={classes.help}>{t('editor.connect.mayNot')}</Text>
          )}
        </Group>
      )}
      {dialog && (
        <ConnectionDialog
          host={host}
          address={typeof address === 'string' && host ? address : null}
          connection={dialog.connection}
          onConnected={(connection) => onChange(connection.id)}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
