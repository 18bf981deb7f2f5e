import { Button, Text, Title } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { useTemplates } from '@/api/templates';
import { useCreateWorkflow } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { CreateWorkflow } from './create-workflow';
import classes from './home.module.css';

const SHOWN = 3;

/** Home while there is no workflow: one thing to do, and templates to do it with. */
export function EmptyHome() {
  const { t } = useTranslation();
  const mayEdit = useCan('workflow:edit');
  if (!mayEdit) return <EmptyState icon={IconRoute} title={t('home.empty.title')} text={t('home.empty.wait')} />;
  return (
    <>
      <EmptyState
        icon={IconRoute}
        title={t('home.empty.title')}
        text={t('home.empty.text')}
        action={<CreateWorkflow />}
      />
      <Templates />
    </>
  );
}

function Templates() {
  const { t } = useTranslation();
  const templates = useTemplates();
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  if (!templates.data?.length) return null;
  return (
    <section aria-labelledby="home-templates" className={classes.section}>
      <div className={classes.sectionHead}>
        <Title order={2} id="home-templates">
          {t('home.empty.templates')}
        </Title>
        <TextLink to="/templates" search={{}} size="sm">
          {t('workflows.empty.templates')}
        </TextLink>
      </div>
      <ProblemAlert error={create.error} />
      <ul className={classes.samples} aria-labelledby="home-templates">
        {templates.data.slice(0, SHOWN).map(({ key, name, description }) => (
          <li key={key} className={classes.sample}>
            <Text fw={550}>{name}</Text>
            <Text size="sm" c="dimmed">
              {description}
            </Text>
            <div className={classes.sampleFoot}>
              <Button
                size="xs"
                variant="light"
                aria-label={t('templates.useOne', { name })}
                loading={create.isPending && create.variables.template === key}
                disabled={create.isPending}
                onClick={() =>
                  create.mutate(
                    { name, template: key },
                    { onSuccess: ({ id }) => navigate({ to: '/workflows/$id', params: { id } }) },
                  )
                }
              >
                {t('templates.use')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
