import { Button, Menu } from '@mantine/core';
import {
  IconAlignBoxCenterMiddle,
  IconChevronDown,
  IconLayoutAlignBottom,
  IconLayoutAlignCenter,
  IconLayoutAlignLeft,
  IconLayoutAlignMiddle,
  IconLayoutAlignRight,
  IconLayoutAlignTop,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconSparkles,
  IconStack2,
} from '@tabler/icons-react';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Axis, arrangeable, EDGES, type Edge } from '@/core/graph/arrange';
import { groupOf, refuseGroup } from '@/core/graph/groups';
import { graphOf, useEditor } from './editor-store';
import { ExtractButton } from './extract-button';
import type { GroupActions } from './group-actions';
import classes from './selection-bar.module.css';
import type { Tidying } from './use-tidy';

const ExtractDialog = lazy(() => import('./extract-dialog'));

const ICONS: Record<Edge | Axis, ComponentType<{ size?: number }>> = {
  left: IconLayoutAlignLeft,
  centre: IconLayoutAlignCenter,
  right: IconLayoutAlignRight,
  top: IconLayoutAlignTop,
  middle: IconLayoutAlignMiddle,
  bottom: IconLayoutAlignBottom,
  across: IconLayoutDistributeHorizontal,
  down: IconLayoutDistributeVertical,
};

export interface SelectionBarProps {
  groups: GroupActions;
  tidying: Tidying;
}

/** What can be done with several chosen steps; there from the second one on. */
export function SelectionBar({ groups, tidying }: SelectionBarProps) {
  const { t } = useTranslation();
  const graph = useEditor(graphOf);
  const selected = useEditor((state) => state.selected);
  // The dialog outlives the choice: in its course one step comes into the place of the chosen ones.
  const [extracting, setExtracting] = useState<readonly string[] | null>(null);
  if (extracting) {
    return (
      <Suspense>
        <ExtractDialog keys={extracting} onClose={() => setExtracting(null)} />
      </Suspense>
    );
  }
  if (selected.length < 2) return null;
  const why = refuseGroup(graph, selected);
  const loose = arrangeable(graph, selected).length;
  const together = selected.every((key) => groupOf(graph, key)?.nodes.length === selected.length);
  const inGroup = selected.some((key) => groupOf(graph, key));
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('editor.selection.label')}>
      <span className={classes.count}>{t('editor.selection.count', { count: selected.length })}</span>
      {together ? (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconStack2 size={15} />}
          onClick={groups.ungroupChosen}
        >
          {t('editor.group.ungroup')}
        </Button>
      ) : (
        why === null && (
          <Button size="compact-sm" variant="subtle" leftSection={<IconStack2 size={15} />} onClick={groups.group}>
            {t('editor.group.make')}
          </Button>
        )
      )}
      {inGroup && !together && (
        <Button size="compact-sm" variant="subtle" onClick={groups.leave}>
          {t('editor.group.leave')}
        </Button>
      )}
      {loose > 1 && (
        <>
          <Menu position="bottom-start" withinPortal>
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<IconAlignBoxCenterMiddle size={15} />}
                rightSection={<IconChevronDown size={13} />}
              >
                {t('editor.selection.align')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {EDGES.map((edge) => (
                <Entry key={edge} of={edge} act={() => groups.align(edge)} />
              ))}
              {loose > 2 && <Menu.Divider />}
              {loose > 2 &&
                (['across', 'down'] as const).map((axis) => (
                  <Entry key={axis} of={axis} act={() => groups.distribute(axis)} />
                ))}
            </Menu.Dropdown>
          </Menu>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconSparkles size={15} />}
            disabled={tidying.count !== null}
            onClick={tidying.chosen}
          >
            {t('editor.selection.tidy')}
          </Button>
        </>
      )}
      <ExtractButton keys={selected} onOpen={() => setExtracting(selected)} />
    </div>
  );
}

function Entry({ of, act }: { of: Edge | Axis; act(): void }) {
  const { t } = useTranslation();
  const Icon = ICONS[of];
  return (
    <Menu.Item leftSection={<Icon size={16} />} onClick={act}>
      {t(`editor.selection.${of}`)}
    </Menu.Item>
  );
}
