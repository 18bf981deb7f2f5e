import { Text, Title } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trust } from '@/api/trust';
import classes from './trust.module.css';

type Reason = 'backup_none';

const ICONS = { good: IconCircleCheck, watch: IconAlertTriangle, bad: IconAlertOctagon };

interface TrustCardProps {
  about: 'keys' | 'trail' | 'backups' | 'signIns';
  /** `reason`: why it does not stand well; empty where it does. */
  state: Pick<Trust['keys'], 'standing' | 'reason'>;
  /** What the advice names. */
  named?: Record<string, string>;
  children: ReactNode;
}

/** One thing that people rely on: how it stands, what to do about it, and the facts. */
export function TrustCard({ about, state: { standing, reason }, named, children }: TrustCardProps) {
  const { t } = useTranslation();
  const id = useId();
  const Icon = ICONS[standing];
  return (
    <section className={classes.card} aria-labelledby={id} data-standing={standing}>
      <header className={classes.head}>
        <Title order={2} id={id}>
          {t(`trust.${about}.title`)}
        </Title>
        <span className={classes.standing} data-standing={standing}>
          <Icon size={18} stroke={2} aria-hidden />
          {t(`trust.standing.${standing}`)}
        </span>
      </header>
      <Text c="dimmed">{t(`trust.${about}.text`)}</Text>
      {reason && (
        <div className={classes.reason} data-standing={standing}>
          <Text fw={600}>{t(`app.bell.trust.${reason as Reason}`)}</Text>
          <Text>{t(`trust.todo.${reason as Reason}`, named)}</Text>
        </div>
      )}
      {children}
    </section>
  );
}

/** Facts as a list of names and what they are; what is null is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter((fact) => fact !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
