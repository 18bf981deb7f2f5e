import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { draftQuery, useNodeTypes, useWorkflow } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { Editor } from './editor';
import classes from './editor.module.css';
import { NoAccess } from './share/no-access';

/** `/workflows/<id>`: reads what the editor needs, then hands over. */
export default function EditorPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id: string };
  const workflow = useWorkflow(id);
  const nodeTypes = useNodeTypes();
  const draft = useQuery(draftQuery(id));
  if (isMissing(workflow.error) && !workflow.data) return <NoAccess workflow={id} />;
  const failed = [workflow, nodeTypes, draft].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <main id="main" tabIndex={-1}>
        <Page
          title={t('editor.canvas.title')}
          width="narrow"
          back={
            <TextLink to="/workflows" search={{}} size="sm" c="dimmed">
              {t('editor.top.back')}
            </TextLink>
          }
        >
          <ProblemAlert error={failed.error} retry={() => void failed.refetch()} />
        </Page>
      </main>
    );
  }
  if (!workflow.data || !nodeTypes.data || !draft.data) {
    return (
      <div className={classes.wait}>
        <Loader aria-label={t('editor.loading')} />
      </div>
    );
  }
  const readOnly = !workflow.data.can.includes('workflow:edit');
  return <Editor key={id} workflow={workflow.data} draft={draft.data} nodeTypes={nodeTypes.data} readOnly={readOnly} />;
}

/** Not there, or not for this person: the server does not tell which. */
const isMissing = (error: unknown) => error instanceof ApiError && error.status === 404;
