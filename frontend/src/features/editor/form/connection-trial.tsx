import { IconAlertOctagon, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CredentialTrial } from '@/api/types';
import { duration } from '@/core/time';
import { problemLine } from '@/ui/told';
import classes from './form.module.css';

const ICONS = {
  accepted: IconCheck,
  refused: IconAlertOctagon,
  answered: IconInfoCircle,
  unreachable: IconAlertOctagon,
} as const;

/** What the other system said: no more than it said. */
export function ConnectionTrial({ trial }: { trial: CredentialTrial }) {
  const { t } = useTranslation();
  const Icon = ICONS[trial.outcome];
  const host = hostOf(trial.address) ?? trial.address;
  return (
    <div className={classes.trial} data-outcome={trial.outcome} role="status">
      <Icon size={18} aria-hidden />
      <div>
        <strong>{t(`editor.connect.outcome.${trial.outcome}`, { host, status: trial.status ?? '' })}</strong>
        {trial.message && <div>{problemLine(trial)}</div>}
        <div className={classes.help}>{t('editor.connect.took', { took: duration(trial.milliseconds) })}</div>
      </div>
    </div>
  );
}

/** The host an address leads to, as connections list it; null for what is no address. */
export function hostOf(address: unknown): string | null {
  if (typeof address !== 'string') return null;
  try {
    return new URL(address).host || null;
  } catch {
    return null;
  }
}
