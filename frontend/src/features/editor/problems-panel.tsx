import { CloseButton, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf, nodeByKey, type Problem } from '@/core/graph/document';
import { groupProblems, lineOf } from '@/core/graph/problems';
import { problemLine } from '@/ui/told';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import classes from './problems-panel.module.css';
import { useProblems } from './use-problems';

/** Everything that keeps the workflow from running, in reading order; a click goes to the step and the setting. */
export function ProblemsPanel({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { openStep, openLine } = useEditorActions();
  const graph = useEditor(graphOf);
  const problems = useProblems();
  const groups = useMemo(() => groupProblems(graph, problems), [graph, problems]);
  return (
    <section className={classes.panel} aria-label={t('editor.problems.title')}>
      <div className={classes.head}>
        <Title order={2} size="h3">
          {t('editor.problems.count', { count: problems.length })}
        </Title>
        <CloseButton size="sm" aria-label={t('editor.close')} onClick={onClose} />
      </div>
      <ul>
        {groups.flatMap(({ node: key, problems: found }) => {
          const node = nodeByKey(graph, key);
          const go = (problem: Problem) => {
            const line = graph.edges.find((edge) => edge.id === lineOf(problem) && edge.feedback);
            if (line) openLine(line.id);
            else if (node) openStep(node.key, problem.field ?? null);
          };
          return found.map((problem) => (
            <li key={`${key}${problem.field}${problem.code}${problem.message}`}>
              <button type="button" disabled={!node && lineOf(problem) === null} onClick={() => go(problem)}>
                <IconAlertTriangle size={15} />
                <span>
                  <strong>{node ? nameOf(node, nodeTypes) : t('editor.problems.whole')}</strong>
                  <span>{problemLine(problem)}</span>
                </span>
              </button>
            </li>
          ));
        })}
      </ul>
    </section>
  );
}
