import { Button, CloseButton, Group, MultiSelect, NumberInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useStartRun } from '@/api/runs';
import type { PersonRef, Workflow } from '@/api/types';
import { useEditWorkflow } from '@/api/workflows';
import { ButtonLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { graphOf, useEditor } from '../editor-store';
import setup from '../setup/setup.module.css';
import { questionsOf } from '../start-dialog';
import classes from './checklist.module.css';

const MOST_MINUTES = 100_000;

interface PublishChecklistProps {
  workflow: Workflow;
  onClose(): void;
}

/** What is easily forgotten when something goes live for the first time. */
export function PublishChecklist({ workflow, onClose }: PublishChecklistProps) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const done = [workflow.hearers.length > 0, workflow.minutes_saved !== null, tried];
  const [told, timed] = done;
  return (
    <section className={setup.panel} aria-label={t('versions.checklist.open')}>
      <div className={setup.head}>
        <div>
          <Title order={2} size="h4">
            {t('versions.checklist.title')}
          </Title>
          <p role="status">
            {t('versions.checklist.count', { done: done.filter(Boolean).length, total: done.length })}
          </p>
        </div>
        <CloseButton aria-label={t('versions.checklist.close')} onClick={onClose} />
      </div>
      <ol className={classes.items}>
        <Item title={t('versions.checklist.hearers')} done={told === true}>
          <Hearers workflow={workflow} />
        </Item>
        <Item title={t('versions.checklist.minutes')} done={timed === true}>
          <Minutes workflow={workflow} />
        </Item>
        <Item title={t('versions.checklist.try')} done={tried}>
          <TryIt workflow={workflow} onTried={() => setTried(true)} />
        </Item>
      </ol>
    </section>
  );
}

function Item({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const Icon = done ? IconCircleCheckFilled : IconCircleDashed;
  return (
    <li data-done={done || undefined}>
      <div className={classes.itemHead}>
        <Icon size={18} aria-hidden />
        <Title order={3} size="sm" fw={600}>
          {title}
        </Title>
        <span className={setup.hidden}>{t(done ? 'setup.isDone' : 'setup.isOpen')}</span>
      </div>
      <div className={setup.body}>{children}</div>
    </li>
  );
}

function Hearers({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const edit = useEditWorkflow(workflow.id);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const people = useQuery({
    queryKey: ['workflow', workflow.id, 'hearers', search],
    queryFn: () => api.get<PersonRef[]>(`workflows/${workflow.id}/hearers`, { search }),
    placeholderData: keepPreviousData,
  });
  const known = new Map([...workflow.hearers, ...(people.data ?? [])].map(({ id, name }) => [id, name]));
  return (
    <>
      <p>
        {workflow.owner
          ? t('versions.checklist.hearersHelp', { owner: workflow.owner.name })
          : t('versions.checklist.nobodyOwns')}
      </p>
      {edit.error && <ProblemAlert error={edit.error} />}
      <MultiSelect
        aria-label={t('versions.checklist.hearersLabel')}
        placeholder={workflow.hearers.length === 0 ? t('versions.checklist.hearersLabel') : ''}
        searchable
        searchValue={text}
        onSearchChange={setText}
        data={[...known].map(([value, label]) => ({ value, label }))}
        nothingFoundMessage={t('versions.checklist.noPeople')}
        value={workflow.hearers.map(({ id }) => id)}
        disabled={edit.isPending}
        onChange={(hearers) => edit.mutate({ hearers })}
      />
    </>
  );
}

function Minutes({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const edit = useEditWorkflow(workflow.id);
  const [minutes, setMinutes] = useState<number | ''>(workflow.minutes_saved ?? '');
  return (
    <>
      <p>{t('versions.checklist.minutesHelp')}</p>
      {edit.error && <ProblemAlert error={edit.error} />}
      <Group gap="xs" wrap="nowrap">
        <NumberInput
          aria-label={t('versions.checklist.minutesLabel')}
          min={0}
          max={MOST_MINUTES}
          allowDecimal={false}
          value={minutes}
          onChange={(value) => setMinutes(typeof value === 'number' ? value : '')}
        />
        <Button
          variant="default"
          className={classes.save}
          loading={edit.isPending}
          disabled={minutes === '' || minutes === workflow.minutes_saved}
          onClick={() =>
            edit.mutate(
              { minutes_saved: minutes === '' ? null : minutes },
              { onSuccess: () => toast.done(t('versions.checklist.saved')) },
            )
          }
        >
          {t('versions.checklist.save')}
        </Button>
      </Group>
    </>
  );
}

function TryIt({ workflow, onTried }: { workflow: Workflow; onTried(): void }) {
  const { t } = useTranslation();
  const graph = useEditor(graphOf);
  const start = useStartRun();
  const navigate = useNavigate();
  const at = graph.nodes.find((node) => node.type === 'start_manual' && !node.off && questionsOf(node).length === 0);
  if (!at) {
    return (
      <>
        <p>{t('versions.checklist.tryItself')}</p>
        <ButtonLink to="/runs" search={{ workflow: workflow.id }} variant="default" onClick={onTried}>
          {t('versions.checklist.tryRuns')}
        </ButtonLink>
      </>
    );
  }
  return (
    <>
      <p>{t('versions.checklist.tryHelp')}</p>
      {start.error && <ProblemAlert error={start.error} />}
      <Button
        variant="default"
        loading={start.isPending}
        onClick={() =>
          start.mutate(
            { workflow: workflow.id, start: at.key, input: {} },
            {
              onSuccess: ({ id }) => {
                onTried();
                void navigate({ to: '/runs/$id', params: { id }, search: {} });
              },
            },
          )
        }
      >
        {t('versions.checklist.tryButton')}
      </Button>
    </>
  );
}
