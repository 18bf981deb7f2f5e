import { useTranslation } from 'react-i18next';
import { useCan, useUser } from '@/api/session';
import { useWorkflows } from '@/api/workflows';
import { partOfDay } from '@/core/time';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { CreateWorkflow } from './create-workflow';
import { EmptyHome } from './empty-home';
import { FigureRow } from './figure-row';
import { GettingStarted } from './getting-started';
import classes from './home.module.css';
import { InProgress } from './in-progress';
import { LatestWorkflows } from './latest-workflows';
import { NextScheduled } from './next-scheduled';
import { Problems } from './problems';
import { SampleInbox } from './sample-inbox';
import { WaitingRequests } from './waiting-requests';
import { WaitingTasks } from './waiting-tasks';

export default function HomePage() {
  const { t } = useTranslation();
  const user = useUser();
  const mayRun = useCan('workflow:run');
  const seesRuns = useCan('run:read');
  const seesTasks = useCan('task:read');
  const mayEdit = useCan('workflow:edit');
  const mayUpload = useCan('file:write');
  const { count, query } = useWorkflows({ page_size: 5 });
  const first = user.name.split(' ')[0] ?? user.name;
  const empty = query.isSuccess && count === 0;
  return (
    <Page
      title={t('app.nav.home')}
      heading={t(`home.greeting.${partOfDay(new Date())}`, { name: first })}
      actions={mayEdit && !empty && <CreateWorkflow />}
    >
      {query.isPending && <Waiting />}
      {empty && <EmptyHome />}
      {empty && mayEdit && <GettingStarted />}
      {!query.isPending && !empty && (
        <>
          {mayEdit && <GettingStarted />}
          {seesRuns && <FigureRow />}
          <div className={classes.columns}>
            <div className={classes.column}>
              {seesRuns && <InProgress />}
              <LatestWorkflows />
            </div>
            <div className={classes.column}>
              <WaitingRequests />
              {seesTasks && <WaitingTasks />}
              {seesRuns && <Problems />}
              <NextScheduled />
            </div>
          </div>
          {mayRun && <SampleInbox mayUpload={mayUpload} />}
        </>
      )}
    </Page>
  );
}
