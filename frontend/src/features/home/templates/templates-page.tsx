import { Button, Chip, Group, Text, TextInput, Title } from '@mantine/core';
import { IconLayoutGrid, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { useTemplates } from '@/api/templates';
import type { Template, TemplateCategory } from '@/api/types';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TemplatePreview } from './template-preview';
import classes from './templates.module.css';
import { useUseTemplate } from './use-template';

const OWN = 'own';
const ORDER: readonly TemplateCategory[] = ['documents', 'finance', 'customers', 'operations', 'risk', 'other'];

/** Ready workflows; using one makes a workflow of one's own and opens it. */
export default function TemplatesPage() {
  const { t } = useTranslation();
  const { search = '', category, template } = useSearch({ from: '/authed/shell/templates' });
  const navigate = useNavigate({ from: '/templates' });
  const templates = useTemplates();
  const matching = templates.data?.filter((one) => matches(one, search, t(`templates.category.${one.category}`)));
  const found = matching?.filter((one) => isIn(one, category));
  const looked = templates.data?.find((one) => one.key === template);
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
          value={search}
          onChange={(event) => {
            const text = event.currentTarget.value || undefined;
            void navigate({ search: (before) => ({ ...before, search: text }), replace: true });
          }}
          className={filters.search}
        />
      </search>
      {matching && <Categories templates={matching} all={templates.data ?? []} chosen={category} />}
      {templates.error && <ProblemAlert error={templates.error} retry={() => void templates.refetch()} />}
      {templates.isPending && <Waiting />}
      {found && (
        <Text size="sm" c="dimmed" role="status" mb="sm">
          {t('templates.count', { count: found.length })}
        </Text>
      )}
      {found && found.length > 0 && <Cards templates={found} />}
      {found?.length === 0 && <Nothing search={search} all={templates.data?.length === 0} />}
      {looked && (
        <TemplatePreview
          template={looked}
          onClose={() => void navigate({ search: ({ template: _, ...before }) => before, resetScroll: false })}
        />
      )}
    </Page>
  );
}

function matches({ name, description }: Template, search: string, category: string): boolean {
  const text = `${name} ${description} ${category}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function isIn(one: Template, category: string | undefined): boolean {
  return category === undefined || (category === OWN ? one.own : one.category === category);
}

interface CategoriesProps {
  /** Those that the search finds. */
  templates: Template[];
  all: Template[];
  chosen: string | undefined;
}

function Categories({ templates, all, chosen }: CategoriesProps) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/templates' });
  const count = (category: string | undefined) => templates.filter((one) => isIn(one, category)).length;
  const there = ORDER.filter((category) => all.some((one) => one.category === category));
  const words = (name: string, category?: string) => `${name} (${count(category)})`;
  const pick = (value: string | string[]) =>
    void navigate({
      search: ({ category: _, ...before }) => (value === '' ? before : { ...before, category: String(value) }),
      replace: true,
    });
  return (
    <Chip.Group value={chosen ?? ''} onChange={pick}>
      <Group gap="xs" mb="md" role="group" aria-label={t('templates.category.label')}>
        <Chip value="">{words(t('templates.all'))}</Chip>
        {all.some((one) => one.own) && <Chip value={OWN}>{words(t('templates.own'), OWN)}</Chip>}
        {there.map((category) => (
          <Chip key={category} value={category}>
            {words(t(`templates.category.${category}`), category)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function Cards({ templates }: { templates: Template[] }) {
  const { t } = useTranslation();
  const mayEdit = useCan('workflow:edit');
  const { use, busy, error } = useUseTemplate();
  return (
    <>
      <ProblemAlert error={error} />
      <ul className={classes.cards} aria-label={t('templates.title')}>
        {templates.map((template) => (
          <li key={template.key} className={classes.card}>
            <Text size="xs" className={classes.category}>
              {template.own ? t('templates.own') : t(`templates.category.${template.category}`)}
            </Text>
            <Title order={2} className={classes.name}>
              {template.name}
            </Title>
            <Text c="dimmed">{template.description}</Text>
            <div className={classes.foot}>
              <Text size="sm" c="dimmed" className={classes.steps}>
                {t('templates.steps', { count: template.steps })}
              </Text>
              <ButtonLink
                to="/templates"
                search={(before) => ({ ...before, template: template.key })}
                resetScroll={false}
                variant="subtle"
                size="xs"
                aria-label={t('templates.look', { name: template.name })}
              >
                {t('templates.lookShort')}
              </ButtonLink>
              {mayEdit && (
                <Button
                  variant="light"
                  size="xs"
                  aria-label={t('templates.useOne', { name: template.name })}
                  loading={busy === template.key}
                  disabled={busy !== null}
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

function Nothing({ search, all }: { search: string; all: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/templates' });
  if (all) return <EmptyState icon={IconLayoutGrid} title={t('templates.none')} />;
  return (
    <EmptyState
      icon={IconSearch}
      title={search ? t('templates.empty', { text: search }) : t('templates.noneHere')}
      action={
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          {t('templates.clear')}
        </Button>
      }
    />
  );
}
