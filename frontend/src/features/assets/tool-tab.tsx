import { Button, Checkbox, Text, Textarea, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Again, type Effect, useAssetVersion, useLookAgain, useTakeAgain, type VersionDetail } from '@/api/tools';
import type { AssetDetail } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Badge } from '@/ui/status-badge';
import { toast } from '@/ui/toasts';
import { ValueTable } from '@/ui/value-table';
import classes from './adding/adding.module.css';
import { Shape } from './shape';
import { ToolSettings } from './tool-settings';

type Config = Record<string, unknown>;

/** What a tool calls, what it asks for, and how it may be called. */
export default function ToolTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const version = useAssetVersion(asset.live?.id ?? asset.versions[0]?.id);
  if (version.error) return <ProblemAlert error={version.error} />;
  if (asset.versions.length === 0) return <Text c="dimmed">{t('tools.noVersion')}</Text>;
  if (!version.data) return <Waiting />;
  return (
    <div className={classes.form}>
      <Facts version={version.data} />
      {version.data.config?.type === 'mcp' && asset.may.modify && <Compare asset={asset} />}
      {version.data.config && asset.may.modify && <ToolSettings asset={asset} config={version.data.config} />}
    </div>
  );
}

function Facts({ version }: { version: VersionDetail }) {
  const { t } = useTranslation();
  const { config, inputs, outputs } = version;
  return (
    <>
      {config && (
        <section className={classes.card} aria-labelledby="tool-calls">
          <Title order={2} size="h3" id="tool-calls">
            {t('tools.facts.title')}
          </Title>
          <dl className={classes.facts}>
            <dt>{t('tools.facts.calls')}</dt>
            <dd>
              <Called config={config} />
            </dd>
            <dt>{t('tools.facts.name')}</dt>
            <dd>
              <code>{String(config.name)}</code>
            </dd>
            <dt>{t('tools.description')}</dt>
            <dd className={classes.said}>{String(config.description)}</dd>
            <dt>{t('tools.effect.label')}</dt>
            <dd>{t(`tools.effect.${config.effect as Effect}`)}</dd>
            <dt>{t('tools.approval.label')}</dt>
            <dd>{t(`tools.approval.${config.approval as 'never'}`)}</dd>
            <dt>{t('tools.connection')}</dt>
            <dd>{config.credential ? t('tools.facts.withConnection') : t('tools.noConnection')}</dd>
          </dl>
        </section>
      )}
      <section className={classes.card} aria-labelledby="tool-asks">
        <Title order={2} size="h3" id="tool-asks">
          {t('tools.facts.asks')}
        </Title>
        <Shape schema={inputs} caption={t('tools.facts.asks')} />
        {Object.keys(outputs).length > 0 && (
          <>
            <Title order={3} size="h4">
              {t('tools.facts.gives')}
            </Title>
            <Shape schema={outputs} caption={t('tools.facts.gives')} />
          </>
        )}
      </section>
    </>
  );
}

function Called({ config }: { config: Config }) {
  const { t } = useTranslation();
  if (config.type === 'http') {
    const { method, base_url, path } = config.operation as Record<string, string>;
    return <code>{`${method} ${base_url}${path}`}</code>;
  }
  if (config.type === 'mcp') return <code>{`${config.tool} · ${config.url}`}</code>;
  return (
    <TextLink to="/workflows/$id" params={{ id: String(config.workflow) }}>
      {t('tools.facts.workflow')}
    </TextLink>
  );
}

/** What the server says today beside what was taken from it. */
function Compare({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const look = useLookAgain(asset.id);
  return (
    <section className={classes.card} aria-labelledby="tool-server">
      <div className={classes.candidateHead}>
        <div className={classes.candidateName}>
          <Title order={2} size="h3" id="tool-server">
            {t('tools.again.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('tools.again.text')}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={look.isPending}
          onClick={() => look.mutate()}
        >
          {t('tools.again.look')}
        </Button>
      </div>
      <ProblemAlert error={look.error} />
      {look.data && <Found asset={asset} again={look.data} onTaken={() => look.reset()} />}
    </section>
  );
}

const SHOWN = { same: 'done', changed: 'needs-you', gone: 'failed' } as const;

function Found({ asset, again, onTaken }: { asset: AssetDetail; again: Again; onTaken: () => void }) {
  const { t } = useTranslation();
  const changed = again.differences.map(({ path, before, after }) => ({
    [t('tools.again.part')]: path,
    [t('tools.again.before')]: before,
    [t('tools.again.now')]: after,
  }));
  return (
    <>
      <div role="status">
        <Badge shown={SHOWN[again.state]} label={t(`tools.again.${again.state}`)} />
      </div>
      {again.problem && <Text>{t('tools.cannot', { reason: again.problem })}</Text>}
      {changed.length > 0 && <ValueTable value={changed} caption={t('tools.again.differences')} />}
      {again.state === 'changed' && !again.problem && <TakeAgain asset={asset} pin={again.pin} onTaken={onTaken} />}
    </>
  );
}

function TakeAgain({ asset, pin, onTaken }: { asset: AssetDetail; pin: string; onTaken: () => void }) {
  const { t } = useTranslation();
  const take = useTakeAgain(asset.id);
  const [reason, setReason] = useState('');
  const [live, setLive] = useState(asset.may.replace);
  const submit = () =>
    take.mutate(
      { pin, live, reason: reason.trim() },
      {
        onSuccess: ({ number }) => {
          toast.done(t('tools.versionAdded', { title: asset.title, number }));
          onTaken();
        },
      },
    );
  return (
    <>
      <Textarea
        label={t('tools.note')}
        maxLength={500}
        autosize
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {asset.may.replace && (
        <Checkbox
          label={t('tools.again.live')}
          checked={live}
          onChange={(event) => setLive(event.currentTarget.checked)}
        />
      )}
      <ProblemAlert error={take.error} />
      <div className={classes.foot}>
        <Button loading={take.isPending} onClick={submit}>
          {t('tools.again.take')}
        </Button>
      </div>
    </>
  );
}
