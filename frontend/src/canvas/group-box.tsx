import { ActionIcon, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronRight,
  IconDots,
  IconPencil,
  IconSquareMinus,
  IconStack2,
} from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { COLOURS, type GraphGroup } from '@/core/graph/document';
import { mostUrgent } from '@/core/run/overlay';
import { stepShown } from '@/core/words';
import { NO_OVERLAY, useCanvas } from './canvas-context';
import classes from './group-box.module.css';
import { GROUP_HANDLE, type GroupFlowNode } from './group-flow';
import { ProblemBadge } from './step-card';
import { StepStatus } from './step-status';

/** Steps and notes that belong together: a border with a title, or one card in their place. */
export const GroupBox = memo(function GroupBox({ data, selected }: NodeProps<GroupFlowNode>) {
  const { t } = useTranslation();
  const { choose } = useCanvas();
  const { group, problems, naming } = data;
  const count = t('editor.group.steps', { count: group.nodes.length });
  const label = t(group.collapsed ? 'editor.group.folded' : 'editor.group.label', { title: group.title, count });
  const head = (
    <>
      <Fold group={group} />
      <Title group={group} naming={naming} count={count} />
      <GroupMenu group={group} />
    </>
  );
  if (group.collapsed)
    return <Folded label={label} group={group} problems={problems} selected={selected} head={head} />;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of steps, not a form's fieldset.
    <div role="group" aria-label={label} data-group={group.id} data-colour={group.colour} className={classes.open}>
      <div className={`${classes.head} ${GROUP_HANDLE}`} onPointerDown={() => choose(group.nodes)}>
        {head}
      </div>
    </div>
  );
});

interface FoldedProps {
  label: string;
  group: GraphGroup;
  problems: number;
  selected: boolean;
  head: ReactNode;
}

function Folded({ label, group, problems, selected, head }: FoldedProps) {
  const { t } = useTranslation();
  const { overlay, foldGroup } = useCanvas();
  const status = useStore(overlay ?? NO_OVERLAY, (state) => mostUrgent(group.nodes.map((key) => state.statuses[key])));
  const shown = status && stepShown(status, false);
  return (
    <>
      <Handle type="target" id="in" position={Position.Left} className={classes.end} isConnectable={false} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div
        role="group"
        aria-label={label}
        data-group={group.id}
        data-colour={group.colour}
        data-selected={selected || undefined}
        data-shown={shown ?? undefined}
        className={`${classes.folded} ${GROUP_HANDLE}`}
        onDoubleClick={() => foldGroup(group.id, false)}
      >
        {head}
        {shown && (
          <span className={classes.status}>
            <StepStatus shown={shown} word={t(`words.step.${shown}`)} count={0} attempt={1} />
          </span>
        )}
        <ProblemBadge count={problems} />
      </div>
      <Handle type="source" id="out" position={Position.Right} className={classes.end} isConnectable={false} />
    </>
  );
}

function Fold({ group }: { group: GraphGroup }) {
  const { t } = useTranslation();
  const { foldGroup } = useCanvas();
  const { id, title, collapsed } = group;
  const label = t(collapsed ? 'editor.group.unfold' : 'editor.group.fold', { title });
  return (
    <button
      type="button"
      className={`${classes.fold} nodrag nopan`}
      aria-expanded={!collapsed}
      aria-label={label}
      title={label}
      onClick={() => foldGroup(id, !collapsed)}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {collapsed ? <IconStack2 size={20} stroke={1.75} /> : <IconChevronDown size={16} stroke={2} />}
      {collapsed && <IconChevronRight size={14} stroke={2} className={classes.more} />}
    </button>
  );
}

function Title({ group, naming, count }: { group: GraphGroup; naming: boolean; count: string }) {
  const { t } = useTranslation();
  const { editing } = useCanvas();
  const { id, title } = group;
  if (naming && editing) {
    return (
      <input
        className={`${classes.input} nodrag nopan`}
        aria-label={t('editor.group.title')}
        defaultValue={title}
        maxLength={200}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here.
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onBlur={(event) => {
          editing.onChangeGroup(id, { title: event.currentTarget.value });
          editing.onNameGroup(null);
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') event.currentTarget.value = title;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu beside it does the same from the keyboard.
    <span
      className={classes.title}
      title={editing ? t('editor.group.renameHint') : undefined}
      onDoubleClick={(event) => {
        if (!editing) return;
        event.stopPropagation();
        editing.onNameGroup(id);
      }}
    >
      <strong>{title}</strong> <small>{count}</small>
    </span>
  );
}

function GroupMenu({ group }: { group: GraphGroup }) {
  const { t } = useTranslation();
  const { editing } = useCanvas();
  if (!editing) return null;
  const { id, title, colour } = group;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          size="sm"
          className={`${classes.menu} nodrag nopan`}
          aria-label={t('editor.group.menu', { title })}
          onPointerDown={(event) => event.stopPropagation()}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => editing.onNameGroup(id)}>
          {t('editor.group.rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSquareMinus size={16} />} onClick={() => editing.onUngroup(id)}>
          {t('editor.group.ungroup')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('editor.colour.title')}</Menu.Label>
        {COLOURS.map((one) => (
          <Menu.Item
            key={one}
            leftSection={<span className={classes.swatch} data-colour={one} />}
            aria-current={one === colour || undefined}
            onClick={() => editing.onChangeGroup(id, { colour: one })}
          >
            {t(`editor.colour.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
