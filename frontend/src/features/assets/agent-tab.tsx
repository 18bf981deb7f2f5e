import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAssetVersion } from '@/api/tools';
import type { AssetDetail } from '@/api/types';
import { agentForm } from '@/core/tools/agent-settings';
import { plainText } from '@/core/values';
import { ButtonLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './adding/adding.module.css';
import { Shape } from './shape';

/** What an agent is made of, for those who may see that. */
export default function AgentTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const version = useAssetVersion(asset.live?.id ?? asset.versions[0]?.id);
  if (version.error) return <ProblemAlert error={version.error} />;
  if (asset.versions.length === 0) return <Text c="dimmed">{t('tools.noVersion')}</Text>;
  if (!version.data) return <Waiting />;
  const { config } = version.data;
  return (
    <div className={classes.form}>
      {config ? <Facts config={config} /> : <Text c="dimmed">{t('tools.agent.hidden')}</Text>}
      {asset.may.modify && (
        <div className={classes.foot}>
          <ButtonLink to="/assets/add/agent" search={{ asset: asset.id }} variant="default">
            {t('tools.agent.changeVerb')}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}

function Facts({ config }: { config: Record<string, unknown> }) {
  const { t } = useTranslation();
  const agent = agentForm(config);
  const limits = (['steps', 'tokens', 'cost', 'seconds', 'messages'] as const).filter((key) => agent[key] !== '');
  return (
    <>
      <section className={classes.card} aria-labelledby="agent-made">
        <Title order={2} size="h3" id="agent-made">
          {t('tools.agent.made')}
        </Title>
        <dl className={classes.facts}>
          <dt>{t('tools.agent.model')}</dt>
          <dd>
            <code>{agent.model}</code>
          </dd>
          <dt>{t('tools.agent.tools')}</dt>
          <dd>{agent.tools.length > 0 ? agent.tools.join(', ') : t('tools.agent.noTools')}</dd>
          <dt>{agent.told === 'prompt' ? t('tools.agent.promptLabel') : t('tools.agent.instructions')}</dt>
          <dd className={classes.said}>{agent.told === 'prompt' ? agent.prompt : agent.instructions}</dd>
        </dl>
      </section>
      <section className={classes.card} aria-labelledby="agent-stops">
        <Title order={2} size="h3" id="agent-stops">
          {t('tools.agent.limits')}
        </Title>
        <dl className={classes.facts}>
          {limits.map((key) => (
            <div key={key} className={classes.pair}>
              <dt>{t(`tools.agent.limit.${key}`)}</dt>
              <dd>{plainText(agent[key])}</dd>
            </div>
          ))}
        </dl>
        {Boolean(config.output_schema) && (
          <>
            <Title order={3} size="h4">
              {t('tools.agent.output')}
            </Title>
            <Shape schema={config.output_schema as Record<string, unknown>} caption={t('tools.agent.output')} />
          </>
        )}
      </section>
    </>
  );
}
