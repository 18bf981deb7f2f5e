import { Text, Title, UnstyledButton } from '@mantine/core';
import { IconBolt, IconChevronRight, IconSparkles } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';
import { useRunCall } from '@/api/runs';
import type { Run } from '@/api/types';
import { callsOf, type RunCall } from '@/core/run/model';
import { shortDuration } from '@/core/time';
import { Waiting } from '@/ui/data-table';
import { DataViewer } from '@/ui/data-view';
import { ProblemAlert } from '@/ui/problem-alert';
import { StepBadge } from '@/ui/status-badge';
import classes from './run.module.css';
import { useAmounts } from './use-amounts';

/** What the agent of a step did, one call under the other; the words of each where they may be seen. */
export function StepCalls({ run, step }: { run: Run; step: number }) {
  const { t } = useTranslation();
  const calls = callsOf(run, step);
  const title = useId();
  if (calls.length === 0) return null;
  return (
    <section aria-labelledby={title}>
      <Title order={3} id={title} mb={6}>
        {t('runs.call.title', { count: calls.length })}
      </Title>
      <ol className={classes.calls}>
        {calls.map((call) => (
          <li key={call.seq}>
            <Call run={run} call={call} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Call({ run, call }: { run: Run; call: RunCall }) {
  const { t } = useTranslation();
  const amounts = useAmounts();
  const [open, setOpen] = useState(false);
  const Icon = call.kind === 'model' ? IconSparkles : IconBolt;
  const spent = [
    shortDuration(call.ms),
    call.tokens === null ? null : t('runs.call.tokens', { count: call.tokens }),
    call.cost === null ? null : amounts(call.cost),
  ].filter((one) => one !== null);
  const head = (
    <>
      <Icon size={15} aria-hidden className={classes.callIcon} />
      <span className={classes.callName}>{t(`runs.call.${call.kind}`, { name: call.name })}</span>
      <Text span size="xs" c="dimmed" className={classes.callSpent}>
        {spent.join(' · ')}
      </Text>
      {call.failed && <StepBadge status="failed" quiet />}
    </>
  );
  if (!run.may.payload) return <div className={classes.callHead}>{head}</div>;
  return (
    <>
      <UnstyledButton className={classes.callHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden className={classes.callArrow} data-open={open || undefined} />
        {head}
      </UnstyledButton>
      {open && <Words run={run.id} call={call} />}
    </>
  );
}

function Words({ run, call }: { run: string; call: RunCall }) {
  const { t } = useTranslation();
  const [preferred, setAs] = usePreference('data_view');
  const as = preferred ?? 'table';
  const { data, error, refetch } = useRunCall(run, call.seq, true);
  if (error) return <ProblemAlert error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting lines={2} />;
  return (
    <div className={classes.callWords}>
      {data.error && (
        <Text size="sm" className={classes.callError}>
          {data.error}
        </Text>
      )}
      <Text component="h4" size="sm" fw={600}>
        {t(call.kind === 'model' ? 'runs.call.told' : 'runs.call.given')}
      </Text>
      <DataViewer value={data.arguments} name={t('runs.call.givenTo', { name: call.name })} as={as} onAs={setAs} />
      {!data.error && (
        <>
          <Text component="h4" size="sm" fw={600} mt="xs">
            {t('runs.call.back')}
          </Text>
          <DataViewer value={data.result} name={t('runs.call.backFrom', { name: call.name })} as={as} onAs={setAs} />
        </>
      )}
    </div>
  );
}
