import { useTranslation } from 'react-i18next';
import { useCan, useUser } from '@/api/session';
import { partOfDay } from '@/core/time';
import { Page } from '@/ui/page';
import { CreateWorkflow } from './create-workflow';
import { FigureRow } from './figure-row';
import classes from './home.module.css';
import { RecentRuns } from './recent-runs';
import { SampleInbox } from './sample-inbox';
import { WaitingTasks } from './waiting-tasks';

export default function HomePage() {
  const { t } = useTranslation();
  const user = useUser();
  const mayRun = useCan('workflow:run');
  const seesRuns = useCan('run:read');
  const seesTasks = useCan('task:read');
  const mayEdit = useCan('workflow:edit');
  const mayUpload = useCan('file:write');
  const first = user.name.split(' ')[0] ?? user.name;
  return (
    <Page
      title={t('app.nav.home')}
      heading={t(`home.greeting.${partOfDay(new Date())}`, { name: first })}
      actions={mayEdit && <CreateWorkflow />}
    >
      {seesRuns && <FigureRow />}
      <div className={classes.columns}>
        <div className={classes.column}>
          {mayRun && <SampleInbox mayUpload={mayUpload} />}
          {seesRuns && <RecentRuns />}
        </div>
        {seesTasks && (
          <div className={classes.column}>
            <WaitingTasks />
          </div>
        )}
      </div>
    </Page>
  );
}
