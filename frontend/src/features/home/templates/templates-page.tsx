import { Button, Text, TextInput, Title } from '@mantine/core';
import { IconLayoutGrid, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { Template } from '@/api/types';
import { useCreateWorkflow, useTemplates } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './templates-page.module.css';

/** Ready workflows; using one makes a workflow of one's own and opens it. */
export default function TemplatesPage() {
  const { t } = useTranslation();
  const { search } = useSearch({ from: '/authed/shell/templates' });
  const navigate = useNavigate({ from: '/templates' });
  const templates = useTemplates();
  const found = templates.data?.filter((one) => matches(one, search ?? ''));
  return (
    <Page
      title={t('templates.title')}
      lead={t('templates.lead')}
      back={
        <TextLink to="/workflows" search={{}} size="sm">
          {t('templates.back')}
        </TextLink>
      }
    >
      <search className={filters.bar}>
        <TextInput
          aria-label={t('templates.search')}
          placeholder={t('templates.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          type="search"
          value={search ?? ''}
          onChange={(event) =>
            void navigate({ search: { search: event.currentTarget.value || undefined }, replace: true })
          }
          className={filters.search}
        />
      </search>
      {templates.error && <ProblemAlert error={templates.error} retry={() => void templates.refetch()} />}
      {templates.isPending && <Waiting />}
      {found && found.length > 0 && <Cards templates={found} />}
      {found?.length === 0 && <Nothing search={search} />}
    </Page>
  );
}

function matches({ name, description }: Template, search: string): boolean {
  const text = `${name} ${description}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Cards({ templates }: { templates: Template[] }) {
  const { t } = useTranslation();
  const mayEdit = useCan('workflow:edit');
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  const use = ({ key, name }: Template) =>
    create.mutate(
      { name, template: key },
      { onSuccess: ({ id }) => navigate({ to: '/workflows/$id', params: { id } }) },
    );
  return (
    <>
      <ProblemAlert error={create.error} />
      <ul className={classes.cards} aria-label={t('templates.title')}>
        {templates.map((template) => (
          <li key={template.key} className={classes.card}>
            <Title order={2} className={classes.name}>
              {template.name}
            </Title>
            <Text c="dimmed">{template.description}</Text>
            <div className={classes.foot}>
              <Text size="sm" c="dimmed">
                {t('templates.steps', { count: template.steps })}
              </Text>
              {mayEdit && (
                <Button
                  variant="light"
                  size="xs"
                  aria-label={t('templates.useOne', { name: template.name })}
                  loading={create.isPending && create.variables.template === template.key}
                  disabled={create.isPending}
                  onClick={() => use(template)}
                >
                  {t('templates.use')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing({ search }: { search: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/templates' });
  if (!search) return <EmptyState icon={IconLayoutGrid} title={t('templates.none')} />;
  return (
    <EmptyState
      icon={IconSearch}
      title={t('templates.empty', { text: search })}
      action={
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          {t('templates.clear')}
        </Button>
      }
    />
  );
}
