import { Button, Group, Switch } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GraphNode } from '@/core/graph/document';
import type { StepActions } from './step-actions';
import classes from './step-panel.module.css';
import { StepRun } from './step-run';
import type { TestRun } from './use-test-run';

export interface StepToolsProps {
  node: GraphNode;
  actions: StepActions;
  test: TestRun;
  /** How the last trial went. */
  children: ReactNode;
}

/** What can be done with the whole step. */
export function StepTools({ node, actions, test, children }: StepToolsProps) {
  const { t } = useTranslation();
  return (
    <Group className={classes.tools} gap={8}>
      <StepRun node={node} test={test} />
      {children}
      <Switch label={t('editor.panel.on')} checked={!node.off} onChange={actions.toggleOff} mr="auto" />
      <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} />} onClick={actions.duplicate}>
        {t('editor.panel.duplicate')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconTrash size={14} />}
        onClick={() => actions.remove({ steps: [node.key], lines: [], notes: [] })}
      >
        {t('editor.panel.delete')}
      </Button>
    </Group>
  );
}
