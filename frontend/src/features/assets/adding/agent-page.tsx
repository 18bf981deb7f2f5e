import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAsset } from '@/api/assets';
import { useAddKept, useAddVersion, useAssetVersion } from '@/api/tools';
import type { AssetDetail } from '@/api/types';
import { agentForm, NEW_AGENT } from '@/core/tools/agent-settings';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { AddingPage } from './adding-page';
import { AgentForm } from './agent-form';

/** A new agent, or a new version of one that is there. */
export default function AgentPage() {
  const { t } = useTranslation();
  const { asset } = useSearch({ from: '/authed/shell/assets/add/agent' });
  return (
    <AddingPage title={t(asset ? 'tools.agent.change' : 'tools.agent.title')} lead={t('tools.agent.lead')}>
      {asset ? <Change key={asset} id={asset} /> : <Add />}
    </AddingPage>
  );
}

function Add() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const add = useAddKept();
  return (
    <AgentForm
      initial={NEW_AGENT}
      named
      error={add.error}
      verb={t('tools.add')}
      busy={add.isPending}
      onSubmit={({ title, description, config }) =>
        add.mutate(
          { kind: 'agent', title, description, config },
          {
            onSuccess: async ({ id }) => {
              toast.done(t('tools.addedOne', { title }));
              await navigate({ to: '/assets/$id', params: { id } });
            },
          },
        )
      }
    />
  );
}

function Change({ id }: { id: string }) {
  const asset = useAsset(id);
  const newest = asset.data?.versions[0]?.id;
  const version = useAssetVersion(newest);
  const error = asset.error ?? version.error;
  if (error) return <ProblemAlert error={error} />;
  if (!asset.data || !version.data) return <Waiting />;
  return <ChangeForm asset={asset.data} config={version.data.config ?? {}} />;
}

function ChangeForm({ asset, config }: { asset: AssetDetail; config: Record<string, unknown> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const add = useAddVersion(asset.id);
  const { output, ...rest } = agentForm(config);
  return (
    <AgentForm
      initial={{ ...rest, output: output ?? [] }}
      keptSchema={output === null ? config.output_schema : undefined}
      error={add.error}
      verb={t('tools.addVersion')}
      busy={add.isPending}
      onSubmit={({ description: note, config: next }) =>
        add.mutate(
          { config: next, note },
          {
            onSuccess: async ({ number }) => {
              toast.done(t('tools.versionAdded', { title: asset.title, number }));
              await navigate({ to: '/assets/$id', params: { id: asset.id } });
            },
          },
        )
      }
    />
  );
}
