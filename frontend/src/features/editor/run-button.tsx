import { Button, Menu, Tooltip } from '@mantine/core';
import { IconChevronDown, IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Samples } from '@/api/samples';
import { type GraphNode, nameOf, nodeByKey } from '@/core/graph/document';
import { firstFaulty, obstacles } from '@/core/graph/problems';
import { graphOf, useEditor, useEditorWorld, useMay } from './editor-store';
import { questionsOf, StartDialog } from './start-dialog';
import type { TestRun } from './use-test-run';

export interface RunButtonProps {
  test: TestRun;
  filled: boolean;
  /** What was loaded from a past run: a start takes in its part of it, and nobody is asked. */
  loaded: Samples | null;
  /** Whether there is something live to run, for those who may not try the draft. */
  live: boolean;
  /** What has to be set up before anything can run, in words. */
  missing: string | null;
  onShowProblems(): void;
}

/** Run, or Stop while a run goes on; when nothing can run it says why. */
export function RunButton({ test, filled, loaded, live, missing, onShowProblems }: RunButtonProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const problems = useEditor((state) => state.problems);
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
    if (loaded && start.key in loaded && (await test.start({ start: start.key }))) return;
    const asks = start.type !== 'start_manual' || questionsOf(start).length > 0;
    if (asks) setAsking(start);
    else if (!(await test.start({ start: start.key, input: {} }, mayTry))) setAsking(start);
  };
  const inTheWay = obstacles(problems, new Set(starts.map((start) => start.key)));
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
        : inTheWay.length > 0
          ? t('editor.run.problems', { count: inTheWay.length })
          : null;
  const faulty = nodeByKey(graph, firstFaulty(graph, problems));
  const upTo = mayTry && faulty ? t('editor.run.upTo', { step: nameOf(faulty, nodeTypes) }) : null;
  const said = why ?? upTo;
  const only = starts.find((start) => loaded && start.key in loaded) ?? (starts.length === 1 ? starts[0] : undefined);

  const button = (onClick?: () => void) => (
    <Button
      variant={variant}
      leftSection={<IconPlayerPlayFilled size={15} />}
      rightSection={!only && why === null ? <IconChevronDown size={14} /> : undefined}
      loading={test.starting && !asking}
      aria-disabled={why !== null || undefined}
      data-disabled={why !== null || undefined}
      aria-describedby={said === null ? undefined : 'run-why'}
      onClick={why === null ? onClick : inTheWay.length > 0 ? onShowProblems : undefined}
    >
      {t('editor.run.run')}
    </Button>
  );

  return (
    <>
      {said !== null && (
        <span id="run-why" hidden>
          {said}
        </span>
      )}
      <Tooltip label={said ?? ''} disabled={said === null} multiline maw={280}>
        {/* The menu hangs on the button itself, the hint on what is around it. */}
        <div>
          {!only && why === null ? (
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
        </div>
      </Tooltip>
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
