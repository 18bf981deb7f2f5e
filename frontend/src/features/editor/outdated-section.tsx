import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNodeKind } from '@/api/workflows';
import type { GraphNode, NodeTypeInfo } from '@/core/graph/document';
import { changesOf, isOutdated, updateStep } from '@/core/graph/outdated';
import { useEditorActions, useEditorWorld } from './editor-store';
import classes from './step-panel.module.css';

/** A step of an older kind: what the newer one changes, and the way to it. */
export function OutdatedSection({ node, type }: { node: GraphNode; type: NodeTypeInfo | undefined }) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const { edit, say } = useEditorActions();
  const before = useNodeKind(node.type, node.type_version);
  if (!type || !isOutdated(node, type)) return null;
  const { from, to, added, dropped, asks } = changesOf(node, type, before);
  const lists = [
    ['added', added],
    ['dropped', dropped],
    ['asks', asks],
  ] as const;
  return (
    <section className={classes.notice} aria-label={t('editor.outdated.title')}>
      <strong>{t('editor.outdated.title')}</strong>
      <p>{t('editor.outdated.text', { from, to })}</p>
      <ul>
        {lists.map(([what, names]) =>
          names.length > 0 ? <li key={what}>{t(`editor.outdated.${what}`, { names: names.join(', ') })}</li> : null,
        )}
        {lists.every(([, names]) => names.length === 0) && <li>{t('editor.outdated.same')}</li>}
      </ul>
      {!readOnly && (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            edit({ label: 'update' }, (graph) => updateStep(graph, node.key, type));
            say(t('editor.outdated.done', { to }));
          }}
        >
          {t('editor.outdated.update', { to })}
        </Button>
      )}
    </section>
  );
}
