import {
  IconAlertOctagon,
  IconAlertOctagonFilled,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconLoader2,
  IconMinus,
  IconPencil,
  IconPlayerPause,
  IconPlayerStop,
  IconPointFilled,
  IconUser,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RunStatus, StepStatus } from '@/core/run/model';
import { type RunShown, runShown, type StepShown, stepShown, toneOf, type WorkflowStatus } from '@/core/words';
import classes from './status-badge.module.css';

type Shown = StepShown | RunShown | WorkflowStatus;

const ICONS: Record<Shown, typeof IconCheck> = {
  waiting: IconClock,
  running: IconLoader2,
  done: IconCheck,
  failed: IconAlertOctagon,
  skipped: IconMinus,
  stopped: IconPlayerStop,
  'needs-you': IconUser,
  off: IconCircleDashed,
  paused: IconPlayerPause,
  draft: IconPencil,
  live: IconPointFilled,
};

interface BadgeProps {
  shown: Shown;
  label: string;
  quiet?: boolean | undefined;
}

/** A state, always as colour, icon and word. `quiet` leaves the frame out, for dense lists. */
export function Badge({ shown, label, quiet }: BadgeProps) {
  const Icon = shown === 'failed' && !quiet ? IconAlertOctagonFilled : ICONS[shown];
  return (
    <span className={classes.badge} data-tone={toneOf(shown)} data-shown={shown} data-quiet={quiet || undefined}>
      <Icon size={14} stroke={2} aria-hidden className={shown === 'running' ? classes.turning : undefined} />
      {label}
    </span>
  );
}

export function RunBadge({
  status,
  needsPerson = false,
  quiet,
}: {
  status: RunStatus;
  needsPerson?: boolean;
  quiet?: boolean;
}) {
  const { t } = useTranslation();
  const shown = runShown(status, needsPerson);
  return <Badge shown={shown} label={t(`words.run.${shown}`)} quiet={quiet} />;
}

export function StepBadge({ status, off, quiet }: { status: StepStatus; off?: boolean; quiet?: boolean }) {
  const { t } = useTranslation();
  const shown = stepShown(status, off);
  return <Badge shown={shown} label={t(`words.step.${shown}`)} quiet={quiet} />;
}

export function WorkflowBadge({ status }: { status: WorkflowStatus }) {
  const { t } = useTranslation();
  return <Badge shown={status} label={t(`words.workflow.${status}`)} />;
}
