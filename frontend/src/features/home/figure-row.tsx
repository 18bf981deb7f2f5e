import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFigures } from '@/api/figures';
import { useCan } from '@/api/session';
import classes from './home.module.css';

/** What happened in the last days. Every figure opens the list behind it. */
export function FigureRow() {
  const { t, i18n } = useTranslation();
  const { data } = useFigures();
  const seesTasks = useCan('task:read');
  const say = (value: number | undefined) =>
    value === undefined ? '–' : new Intl.NumberFormat(i18n.language).format(value);
  const days = data?.days ?? 7;
  const since = new Date(startOfToday() - days * 86_400_000).toISOString();
  return (
    <section aria-label={t('home.figures.label', { days })} className={classes.figures}>
      <Link to="/runs" search={{ mode: 'live', since }} className={classes.figure}>
        <span className={classes.figureValue}>{say(data?.runs)}</span>
        <span className={classes.figureLabel}>{t('home.figures.runs', { days })}</span>
      </Link>
      <Link to="/runs" search={{ mode: 'live', status: 'failed', since }} className={classes.figure}>
        <span className={classes.figureValue} data-tone={data?.failed ? 'failed' : undefined}>
          {say(data?.failed)}
        </span>
        <span className={classes.figureLabel}>{t('home.figures.failed')}</span>
      </Link>
      {seesTasks && (
        <Link to="/tasks" search={{}} className={classes.figure}>
          <span className={classes.figureValue} data-tone={data?.waiting_tasks ? 'attention' : undefined}>
            {say(data?.waiting_tasks)}
          </span>
          <span className={classes.figureLabel}>{t('home.figures.tasks')}</span>
        </Link>
      )}
      <Link to="/workflows" search={{ status: 'live' }} className={classes.figure}>
        <span className={classes.figureValue}>{say(data?.live_workflows)}</span>
        <span className={classes.figureLabel}>{t('home.figures.live')}</span>
      </Link>
    </section>
  );
}

function startOfToday(): number {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return today.getTime();
}
