import { Button, Group, Tooltip } from '@mantine/core';
import { IconFlask2, IconPlayerTrackNext } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type GraphNode, nodeByKey } from '@/core/graph/document';
import { ancestorsOf } from '@/core/graph/order';
import { graphOf, useEditor, useEditorWorld, useMay } from './editor-store';
import { questionsOf, StartDialog, type StartPayload } from './start-dialog';
import classes from './step-panel.module.css';
import type { TestRun } from './use-test-run';

/** Trying a step: alone, or with everything before it. */
export function StepRun({ node, test }: { node: GraphNode; test: TestRun }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const may = useMay('workflow:run_draft');
  const [asking, setAsking] = useState<GraphNode | null>(null);
  if (!may || nodeTypes.get(node.type)?.kind === 'start') return null;

  const outer = nodeByKey(graph, node.parent) ?? node;
  const before = ancestorsOf(graph, outer.key);
  const start = graph.nodes.find((one) => before.has(one.key) && !one.off && nodeTypes.get(one.type)?.kind === 'start');
  const run = async (payload: StartPayload) => {
    const started = await test.start({ ...payload, until: outer.key });
    if (started) setAsking(null);
    return started;
  };
  const begin = async (from: GraphNode) => {
    const asks = from.type !== 'start_manual' || questionsOf(from).length > 0;
    if (asks || !(await run({ start: from.key, input: {} }))) setAsking(from);
  };
  const busy = test.running || test.starting || test.testing;
  return (
    <Group className={classes.trial} gap={8} grow>
      <Button
        size="compact-md"
        variant="light"
        leftSection={<IconFlask2 size={15} />}
        loading={test.testing}
        disabled={busy && !test.testing}
        onClick={() => void test.testStep(node.key)}
      >
        {t('editor.trial.step')}
      </Button>
      <Tooltip label={t('editor.trial.noStart')} disabled={start !== undefined}>
        <Button
          size="compact-md"
          variant="light"
          leftSection={<IconPlayerTrackNext size={15} />}
          disabled={busy || start === undefined}
          onClick={() => start && void begin(start)}
        >
          {t('editor.trial.until')}
        </Button>
      </Tooltip>
      {asking && (
        <StartDialog
          start={asking}
          busy={test.starting}
          error={test.startError}
          onClose={() => setAsking(null)}
          onStart={(payload) => void run(payload)}
        />
      )}
    </Group>
  );
}
