import { Text, Title, UnstyledButton } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { MarkWord } from '@/canvas/marks';
import type { Change, Comparison } from '@/core/graph/compare';
import { type GraphNode, type NodeTypes, nameOf, nodeByKey } from '@/core/graph/document';
import { portsIn } from '@/core/graph/ports';
import { useSettingWords } from './use-setting-words';
import classes from './versions.module.css';

interface ChangeListProps {
  comparison: Comparison;
  nodeTypes: NodeTypes;
  selected: string | null;
  onSelect(step: string): void;
}

const MARKS = ['added', 'changed', 'removed', 'moved'] as const;

/** Every difference in words; choosing a step shows it on the canvas. */
export function ChangeList({ comparison, nodeTypes, selected, onSelect }: ChangeListProps) {
  const { t } = useTranslation();
  const title = useId();
  const { changes, both } = comparison;
  const steps = changes.filter((change) => change.part === 'step');
  const counts = MARKS.map((mark) => ({ mark, count: steps.filter((change) => change.mark === mark).length }));
  return (
    <aside className={classes.side} aria-labelledby={title}>
      <Title order={2} size="h4" id={title}>
        {t('versions.changes', { count: changes.length })}
      </Title>
      {changes.length === 0 && <Text c="dimmed">{t('versions.same')}</Text>}
      <div className={classes.counts}>
        {counts
          .filter(({ count }) => count > 0)
          .map(({ mark, count }) => (
            <span key={mark}>
              <MarkWord mark={mark} /> {t('templates.steps', { count })}
            </span>
          ))}
      </div>
      <ul className={classes.changes}>
        {changes.map((change) => {
          const node = change.part === 'step' ? nodeByKey(both, change.id) : stepsOf(comparison, change)[0];
          return (
            <li key={`${change.part} ${change.id}`} data-selected={(node && node.key === selected) || undefined}>
              <UnstyledButton
                className={classes.change}
                disabled={!node}
                aria-pressed={change.part === 'step' ? change.id === selected : undefined}
                onClick={() => node && onSelect(node.key)}
              >
                <MarkWord mark={change.mark} />
                <span>
                  <ChangeName comparison={comparison} change={change} nodeTypes={nodeTypes} />
                </span>
              </UnstyledButton>
              <Differences change={change} node={change.part === 'step' ? node : undefined} nodeTypes={nodeTypes} />
            </li>
          );
        })}
      </ul>
    </aside>
  );
}

function stepsOf({ both }: Comparison, change: Change): GraphNode[] {
  const line = change.part === 'line' ? both.edges.find((edge) => edge.id === change.id) : undefined;
  return [line?.source, line?.target].flatMap((key) => nodeByKey(both, key) ?? []);
}

interface ChangeNameProps {
  comparison: Comparison;
  change: Change;
  nodeTypes: NodeTypes;
}

/** What was changed, as people call it. */
function ChangeName({ comparison, change, nodeTypes }: ChangeNameProps): ReactNode {
  const { t } = useTranslation();
  const { both } = comparison;
  if (change.part === 'step') {
    const node = nodeByKey(both, change.id);
    return node ? nameOf(node, nodeTypes) : change.id;
  }
  if (change.part === 'note') {
    const text = both.notes.find((note) => note.id === change.id)?.text ?? '';
    return t('versions.note', { text: text.length > 60 ? `${text.slice(0, 60)}…` : text });
  }
  if (change.part === 'group') {
    return t('versions.group', { title: both.groups.find((group) => group.id === change.id)?.title ?? '' });
  }
  const edge = both.edges.find((one) => one.id === change.id);
  const [source, target] = stepsOf(comparison, change);
  if (!edge || !source || !target) return change.id;
  const port = portsIn(both, source, nodeTypes.get(source.type)).find((one) => one.key === edge.source_port)?.label;
  const names = { from: nameOf(source, nodeTypes), to: nameOf(target, nodeTypes) };
  return port ? t('versions.lineBy', { ...names, port }) : t('versions.line', names);
}

interface DifferencesProps {
  change: Change;
  node: GraphNode | undefined;
  nodeTypes: NodeTypes;
}

function Differences({ change, node, nodeTypes }: DifferencesProps) {
  const { t } = useTranslation();
  const words = useSettingWords();
  const type = node && nodeTypes.get(node.type);
  if (change.mark === 'moved') return <Text className={classes.hint}>{t('versions.onlyMoved')}</Text>;
  if (change.differences.length === 0) return null;
  return (
    <dl className={classes.differences}>
      {change.differences.map(({ path, before, after }) => (
        <div key={path.join(' ')}>
          <dt>{words.field(type, path)}</dt>
          <dd>
            <span className={classes.word}>{t('versions.before')}</span>
            <del>{words.value(before)}</del>
          </dd>
          <dd>
            <span className={classes.word}>{t('versions.after')}</span>
            <ins>{words.value(after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
