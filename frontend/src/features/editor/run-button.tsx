import { Button, Menu, Tooltip } from '@mantine/core';
import { IconChevronDown, IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type GraphNode, nameOf } from '@/core/graph/document';
import { graphOf, useEditor, useEditorWorld, useMay } from './editor-store';
import { questionsOf, StartDialog } from './start-dialog';
import type { TestRun } from './use-test-run';

export interface RunButtonProps {
  test: TestRun;
  filled: boolean;
  /** Whether there is something live to run, for those who may not try the draft. */
  live: boolean;
  /** What has to be set up before anything can run, in words. */
  missing: string | null;
  onShowProblems(): void;
}

/** Run, or Stop while a run goes on; when nothing can run it says why. */
export function RunButton({ test, filled, live, missing, onShowProblems }: RunButtonProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const problems = useEditor((state) => state.problems.length);
  const mayTry = useMay('workflow:run_draft');
  // Somebody who may only use the workflow runs what is live.
  const mayRun = useMay('workflow:run');
  const [asking, setAsking] = useState<GraphNode | null>(null);
  const starts = useMemo(
    () => graph.nodes.filter((node) => nodeTypes.get(node.type)?.kind === 'start' && !node.off),
    [graph, nodeTypes],
  );
  const variant = filled ? 'filled' : 'default';

  if (test.running) {
    return (
      <Button variant={variant} leftSection={<IconPlayerStopFilled size={15} />} onClick={test.stop}>
        {t('editor.run.stop')}
      </Button>
    );
  }

  const begin = async (start: GraphNode) => {
    const asks = start.type !== 'start_manual' || questionsOf(start).length > 0;
    if (asks) setAsking(start);
    else if (!(await test.start({ start: start.key, input: {} }, mayTry))) setAsking(start);
  };
  const why = !mayTry
    ? !mayRun
      ? t('editor.run.mayNot')
      : live
        ? null
        : t('editor.run.notLive')
    : starts.length === 0
      ? t('editor.run.noStart')
      : missing !== null
        ? missing
        : problems > 0
          ? t('editor.run.problems', { count: problems })
          : null;
  const [only] = starts;

  const button = (onClick?: () => void) => (
    <Tooltip label={why ?? ''} disabled={why === null} multiline maw={280}>
      <Button
        variant={variant}
        leftSection={<IconPlayerPlayFilled size={15} />}
        rightSection={starts.length > 1 && why === null ? <IconChevronDown size={14} /> : undefined}
        loading={test.starting && !asking}
        aria-disabled={why !== null || undefined}
        data-disabled={why !== null || undefined}
        aria-describedby={why === null ? undefined : 'run-why'}
        onClick={why === null ? onClick : problems > 0 ? onShowProblems : undefined}
      >
        {t('editor.run.run')}
      </Button>
    </Tooltip>
  );

  return (
    <>
      {why !== null && (
        <span id="run-why" hidden>
          {why}
        </span>
      )}
      {starts.length > 1 && why === null ? (
        <Menu position="bottom-end">
          <Menu.Target>{button()}</Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('editor.run.which')}</Menu.Label>
            {starts.map((start) => (
              <Menu.Item key={start.key} onClick={() => void begin(start)}>
                {nameOf(start, nodeTypes)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        button(() => only && void begin(only))
      )}
      {asking && (
        <StartDialog
          start={asking}
          busy={test.starting}
          error={test.startError}
          onClose={() => setAsking(null)}
          onStart={(payload) =>
            void test.start(payload, mayTry).then((started) => {
              if (started) setAsking(null);
            })
          }
        />
      )}
    </>
  );
}
