import { ActionIcon, Button, Menu, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconDots,
  IconHelp,
  IconLayoutDistributeHorizontal,
  IconListCheck,
  IconNote,
  IconPlayerPause,
  IconSettings,
  IconUserCheck,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { PersonRef, Workflow } from '@/api/types';
import { useEditWorkflow, useWorkflowVerb } from '@/api/workflows';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { WorkflowBadge } from '@/ui/status-badge';
import { toast } from '@/ui/toasts';
import { type EditLabel, isEdited, useEditor, useEditorWorld, useMay } from './editor-store';
import { ExportEntries, ExportMenu, useSaveTemplate } from './exchange/exchange-entries';
import { BuildButton } from './help/build-button';
import { Presence } from './presence';
import { SaveState } from './save-state';
import { SettingsDialog } from './settings-dialog';
import { Looking } from './share/looking';
import { ShareButton } from './share/share-button';
import type { StepActions } from './step-actions';
import classes from './top-bar.module.css';
import { useProblems } from './use-problems';

const ACTS = ['workflow:edit', 'workflow:run', 'workflow:publish', 'workflow:share'] as const;

export type Tab = 'build' | 'runs' | 'versions';

export interface TopBarProps {
  workflow: Workflow;
  tab: Tab;
  onTab(tab: Tab): void;
  steps: StepActions;
  people: readonly PersonRef[];
  tidying: boolean;
  onTidy(): void;
  onAddNote(): void;
  onHelp(): void;
  /** From a sentence. */
  onBuild(): void;
  onPublish(): void;
  onShowProblems(): void;
  /** What to think of once it is live. */
  onChecklist(): void;
  publishFilled: boolean;
  run: ReactNode;
}

export function TopBar(props: TopBarProps) {
  const { workflow, tab, onTab, run } = props;
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const edited = useEditor(isEdited);
  // Whoever only audits changes nothing anywhere, so nothing of it is offered.
  const onlyAudits = useOnlyAudits();
  return (
    <header className={classes.bar}>
      <div className={classes.left}>
        <Tooltip label={t('editor.top.back')}>
          <ButtonLink
            to="/workflows"
            search={{}}
            variant="subtle"
            color="gray"
            px={8}
            aria-label={t('editor.top.back')}
          >
            <IconArrowLeft size={18} />
          </ButtonLink>
        </Tooltip>
        <WorkflowName workflow={workflow} />
        <WorkflowBadge status={workflow.status} />
        {(workflow.has_changes || edited) && workflow.live_version && (
          <span className={classes.changes}>{t('editor.top.changes')}</span>
        )}
        {workflow.publishing_request && (
          <TextLink
            to="/requests/$id"
            params={{ id: workflow.publishing_request }}
            size="sm"
            className={classes.changes}
          >
            {t('requests.publish.waiting')}
          </TextLink>
        )}
        {readOnly ? <Looking workflow={workflow} /> : <SaveState />}
      </div>
      <nav aria-label={t('editor.top.tabs')}>
        <SegmentedControl
          size="sm"
          value={tab}
          onChange={(value) => onTab(value as Tab)}
          data={(['build', 'runs', 'versions'] as const).map((value) => ({ value, label: t(`editor.tab.${value}`) }))}
        />
      </nav>
      <div className={classes.right}>
        <Presence people={props.people} />
        {tab === 'build' && !readOnly && <EditTools {...props} />}
        {readOnly && <ExportMenu workflow={workflow} />}
        {!onlyAudits && <ShareButton workflow={workflow} />}
        {!onlyAudits && run}
        {!onlyAudits && <PublishButton {...props} />}
      </div>
    </header>
  );
}

function useOnlyAudits(): boolean {
  const { can } = useEditorWorld();
  return useCan('audit:read') && !ACTS.some((verb) => can.includes(verb));
}

/** The one `h1` of the page, edited in place. */
function WorkflowName({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const rename = useEditWorkflow(workflow.id);
  const [name, setName] = useState(workflow.name);
  useEffect(() => setName(workflow.name), [workflow.name]);
  const save = () => {
    const next = name.trim();
    if (next === '' || next === workflow.name) setName(workflow.name);
    else rename.mutate({ name: next }, { onError: (error) => toast.failed(error) });
  };
  return (
    <>
      <h1 className={classes.hidden}>{workflow.name}</h1>
      <TextInput
        className={classes.name}
        variant="unstyled"
        aria-label={t('editor.top.name')}
        value={name}
        disabled={readOnly}
        size="sm"
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setName(workflow.name);
        }}
      />
    </>
  );
}

function EditTools(props: TopBarProps) {
  const { steps, tidying, onTidy, onAddNote, onHelp, onBuild, onPublish, onShowProblems, onChecklist, workflow } =
    props;
  const { t } = useTranslation();
  const undoable = useEditor((state) => state.history.past.at(-1)?.label ?? null);
  const redoable = useEditor((state) => state.history.future.at(-1)?.label ?? null);
  const problems = useProblems().length;
  const empty = useEditor((state) => state.history.present.nodes.length === 0);
  const pause = useWorkflowVerb();
  const [settings, setSettings] = useState(false);
  const mayPublish = useMay('workflow:publish');
  const template = useSaveTemplate(workflow);
  const what = (label: string) => t(`editor.edit.${label as EditLabel}`);
  return (
    <>
      {problems > 0 && !empty && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="orange"
          className={classes.problems}
          leftSection={<IconAlertTriangle size={15} />}
          onClick={onShowProblems}
        >
          {t('editor.problems.count', { count: problems })}
        </Button>
      )}
      {!empty && <BuildButton small onBuild={onBuild} />}
      <Tooltip label={undoable ? t('editor.top.undoWhat', { what: what(undoable) }) : t('editor.top.undo')}>
        <ActionIcon
          className={classes.tool}
          size="lg"
          aria-label={t('editor.top.undo')}
          disabled={undoable === null}
          onClick={steps.undo}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redoable ? t('editor.top.redoWhat', { what: what(redoable) }) : t('editor.top.redo')}>
        <ActionIcon
          className={classes.tool}
          size="lg"
          aria-label={t('editor.top.redo')}
          disabled={redoable === null}
          onClick={steps.redo}
        >
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('editor.top.tidy')}>
        <ActionIcon
          className={classes.tool}
          size="lg"
          aria-label={t('editor.top.tidy')}
          loading={tidying}
          disabled={empty}
          onClick={onTidy}
        >
          <IconLayoutDistributeHorizontal size={18} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t('editor.top.more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconNote size={16} />} onClick={onAddNote}>
            {t('editor.top.addNote')}
          </Menu.Item>
          <Menu.Item leftSection={<IconHelp size={16} />} onClick={onHelp}>
            {t('editor.shortcuts.title')}
          </Menu.Item>
          <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setSettings(true)}>
            {t('editor.workflow.title')}
          </Menu.Item>
          {workflow.status === 'live' && mayPublish && (
            <Menu.Item
              leftSection={<IconPlayerPause size={16} />}
              onClick={() =>
                pause.mutate(
                  { id: workflow.id, verb: 'unpublish' },
                  { onSuccess: () => toast.done(t('editor.publish.paused')), onError: (error) => toast.failed(error) },
                )
              }
            >
              {t('editor.publish.unpublish')}
            </Menu.Item>
          )}
          {workflow.live_version && (
            <Menu.Item leftSection={<IconUserCheck size={16} />} onClick={onPublish}>
              {t('requests.publish.change')}
            </Menu.Item>
          )}
          {workflow.live_version && (
            <Menu.Item leftSection={<IconListCheck size={16} />} onClick={onChecklist}>
              {t('versions.checklist.open')}
            </Menu.Item>
          )}
          {template.entry}
          <ExportEntries workflow={workflow} />
        </Menu.Dropdown>
      </Menu>
      {template.dialog}
      {settings && <SettingsDialog workflow={workflow} onClose={() => setSettings(false)} />}
    </>
  );
}

function PublishButton({ onPublish, onShowProblems, publishFilled, workflow }: TopBarProps) {
  const { t } = useTranslation();
  const publishes = useMay('workflow:publish');
  const edits = useMay('workflow:edit');
  const may = publishes || edits;
  const problems = useEditor((state) => state.problems.length);
  const empty = useEditor((state) => state.history.present.nodes.length === 0);
  const same = workflow.status === 'live' && !workflow.has_changes;
  const edited = useEditor(isEdited);
  const why = !may
    ? t('editor.publish.mayNot')
    : empty
      ? t('editor.publish.empty')
      : problems > 0
        ? t('editor.run.problems', { count: problems })
        : same && !edited
          ? t('editor.publish.same')
          : null;
  return (
    <Tooltip label={why ?? ''} disabled={why === null} multiline maw={280}>
      <Button
        variant={publishFilled ? 'filled' : 'default'}
        aria-disabled={why !== null || undefined}
        data-disabled={why !== null || undefined}
        aria-describedby={why === null ? undefined : 'publish-why'}
        onClick={why === null ? onPublish : may && problems > 0 ? onShowProblems : undefined}
      >
        {t('editor.publish.button')}
        {why !== null && (
          <span id="publish-why" hidden>
            {why}
          </span>
        )}
      </Button>
    </Tooltip>
  );
}
