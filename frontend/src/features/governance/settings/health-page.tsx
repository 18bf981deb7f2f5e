import { Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { type Health, useHealth } from '@/api/trust';
import { percent } from '@/core/figures';
import { many } from '@/core/money';
import { dayOf, shortDuration } from '@/core/time';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import { SettingsTabs } from './settings-tabs';
import classes from './trust.module.css';

/** `/settings/health`: workers, what waits for them, and the success of live runs over thirty days. */
export default function HealthPage() {
  return useCan('installation:read') ? <Figures /> : <TurnedAway />;
}

function Figures() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useHealth();
  return (
    <Page title={t('trust.health.title')} lead={t('trust.health.lead')}>
      <SettingsTabs />
      <ProblemAlert error={error} retry={() => void refetch()} />
      {isPending && <Waiting />}
      {data && (
        <>
          <Verdict reason={data.reason} />
          <Now health={data} />
          <Month health={data} />
        </>
      )}
    </Page>
  );
}

function Verdict({ reason }: { reason: Health['reason'] }) {
  const { t } = useTranslation();
  const standing = reason ? 'watch' : 'good';
  const Icon = reason ? IconAlertTriangle : IconCircleCheck;
  return (
    <div role="status" className={classes.verdict} data-standing={standing}>
      <Icon size={22} stroke={2} aria-hidden className={classes.verdictIcon} />
      <div>
        <Text fw={600}>{reason ? t(`trust.health.reason.${reason}`) : t('trust.health.good')}</Text>
        {reason && <Text>{t(`trust.health.todo.${reason}`)}</Text>}
      </div>
    </div>
  );
}

function Now({ health }: { health: Health }) {
  const { t, i18n } = useTranslation();
  const { runs, steps } = health;
  const count = (value: number) => many(value, i18n.language);
  const tiles = [
    { key: 'workers', value: count(health.workers), detail: t('trust.health.workersHint') },
    { key: 'working', value: count(runs.working), detail: t('trust.health.most', { most: count(health.max_running) }) },
    {
      key: 'inLine',
      value: count(runs.in_line),
      detail:
        runs.in_line > 0
          ? t('trust.health.waits', { time: shortDuration(runs.longest_s * 1000, i18n.language) })
          : t('trust.health.nobody'),
    },
    {
      key: 'steps',
      value: count(steps.working),
      detail: t('trust.health.stepsHint', { count: steps.in_line }),
    },
  ] as const;
  return (
    <section aria-label={t('trust.health.now')} className={classes.tiles}>
      {tiles.map((tile) => (
        <div key={tile.key} className={classes.tile}>
          <span className={classes.tileLabel}>{t(`trust.health.${tile.key}`)}</span>
          <span className={classes.tileValue}>{tile.value}</span>
          <span className={classes.tileDetail}>{tile.detail}</span>
        </div>
      ))}
    </section>
  );
}

function Month({ health }: { health: Health }) {
  const { t, i18n } = useTranslation();
  const all = health.done + health.failed;
  return (
    <section className={classes.card} aria-labelledby="month">
      <header className={classes.head}>
        <Title order={2} id="month">
          {t('trust.health.rate')}
        </Title>
        {health.success_percent !== null && (
          <span className={classes.rate}>{percent(health.success_percent / 100, i18n.language)}</span>
        )}
      </header>
      {all === 0 ? (
        <Text c="dimmed">{t('trust.health.none')}</Text>
      ) : (
        <>
          <Text c="dimmed">
            {t('trust.health.of', { done: many(health.done, i18n.language), all: many(all, i18n.language) })}
          </Text>
          <DayColumns days={health.days} />
          <DayTable days={health.days.filter((one) => one.done + one.failed > 0)} />
        </>
      )}
    </section>
  );
}

/** A column for each day: what failed stands on what was done. */
function DayColumns({ days }: { days: Health['days'] }) {
  const { t } = useTranslation();
  const most = Math.max(...days.map((one) => one.done + one.failed));
  const height = (part: number) => ({ height: `${(part / most) * 100}%` });
  const first = days[0];
  const last = days[days.length - 1];
  return (
    <figure className={classes.figure} aria-label={t('trust.health.chart')}>
      <div className={classes.columns} aria-hidden>
        {days.map((one) => (
          <span
            key={one.day}
            className={classes.column}
            title={t('trust.health.dayWords', {
              day: dayOf(one.day).words,
              done: one.done,
              failed: one.failed,
            })}
          >
            {one.failed > 0 && <span className={classes.failed} style={height(one.failed)} />}
            {one.done > 0 && <span className={classes.done} style={height(one.done)} />}
          </span>
        ))}
      </div>
      <figcaption className={classes.axis}>
        <span>{first && dayOf(first.day).words}</span>
        <span className={classes.legend}>
          <span className={classes.key} data-kind="done" />
          {t('trust.health.done')}
          <span className={classes.key} data-kind="failed" />
          {t('trust.health.failed')}
        </span>
        <span>{last && dayOf(last.day).words}</span>
      </figcaption>
    </figure>
  );
}

function DayTable({ days }: { days: Health['days'] }) {
  const { t, i18n } = useTranslation();
  return (
    <details className={classes.details}>
      <summary>{t('trust.health.table')}</summary>
      <Table className={classes.table} aria-label={t('trust.health.chart')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('trust.health.day')}</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {t('trust.health.done')}
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {t('trust.health.failed')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((one) => (
            <Table.Tr key={one.day}>
              <Table.Td>{dayOf(one.day).words}</Table.Td>
              <Table.Td className={classes.number}>{many(one.done, i18n.language)}</Table.Td>
              <Table.Td className={classes.number}>{many(one.failed, i18n.language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
