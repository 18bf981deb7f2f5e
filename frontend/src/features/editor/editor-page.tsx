import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { draftQuery, useNodeTypes, useWorkflow } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { Editor } from './editor';
import classes from './editor.module.css';

/** `/workflows/<id>`: reads what the editor needs, then hands over. */
export default function EditorPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id: string };
  const workflow = useWorkflow(id);
  const nodeTypes = useNodeTypes();
  const draft = useQuery(draftQuery(id));
  const mayEdit = useCan('workflow:edit');
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
  return <Editor key={id} workflow={workflow.data} draft={draft.data} nodeTypes={nodeTypes.data} readOnly={!mayEdit} />;
}
