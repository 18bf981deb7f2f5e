import { CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { GraphNode, NodeTypeInfo } from '@/core/graph/document';
import { plainSchema, propertiesOf, requiredOf } from '@/core/graph/schema';
import { label as labelOf } from '@/core/values';
import classes from './step-panel.module.css';

const REPEATS = ['pure', 'idempotent', 'keyed', 'reconcilable', 'at_most_once'] as const;

export interface StepHelpProps {
  node: GraphNode;
  type: NodeTypeInfo | undefined;
  onClose(): void;
}

/** What this kind of step does, asks for and gives, and whether doing it twice does harm. */
export function StepHelp({ node, type, onClose }: StepHelpProps) {
  const { t } = useTranslation();
  if (!type) return null;
  const schema = plainSchema(type.config_schema);
  const settings = propertiesOf(schema);
  const required = new Set(requiredOf(schema));
  const gives = type.output_schema ? propertiesOf(plainSchema(type.output_schema)) : [];
  const repeats = REPEATS.find((one) => one === type.effect);
  const ways = type.ports.filter((port) => port.label !== '');
  return (
    <section className={classes.help} aria-label={t('editor.help.title', { name: type.title })}>
      <div className={classes.helpHead}>
        <h3>{t('editor.help.title', { name: type.title })}</h3>
        <CloseButton size="sm" aria-label={t('editor.help.close')} onClick={onClose} />
      </div>
      <p>{type.description}</p>
      {settings.length > 0 && (
        <>
          <h4>{t('editor.help.asks')}</h4>
          <dl>
            {settings.map(([key, one]) => (
              <div key={key}>
                <dt>
                  {String(one.title ?? key)}
                  {required.has(key) && <span> ({t('editor.help.required')})</span>}
                </dt>
                {one.description !== undefined && <dd>{String(one.description)}</dd>}
              </div>
            ))}
          </dl>
        </>
      )}
      {gives.length > 0 && (
        <>
          <h4>{t('editor.help.gives')}</h4>
          <p>{gives.map(([key]) => labelOf(key)).join(', ')}</p>
        </>
      )}
      {ways.length > 0 && (
        <>
          <h4>{t('editor.help.ways')}</h4>
          <p>{ways.map((port) => port.label).join(', ')}</p>
        </>
      )}
      {repeats && type.kind === 'step' && (
        <>
          <h4>{t('editor.help.repeat')}</h4>
          <p>{t(`editor.help.effect.${repeats}`)}</p>
        </>
      )}
      <p className={classes.version}>{t('editor.help.version', { version: node.type_version })}</p>
    </section>
  );
}
