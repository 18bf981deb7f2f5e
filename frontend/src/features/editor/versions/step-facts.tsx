import { CloseButton, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type GraphNode, type NodeTypes, nameOf } from '@/core/graph/document';
import { plainSchema, propertiesOf } from '@/core/graph/schema';
import { useSettingWords } from './use-setting-words';
import classes from './versions.module.css';

interface StepFactsProps {
  node: GraphNode;
  nodeTypes: NodeTypes;
  onClose(): void;
}

/** The settings of a step to look at, in words. */
export function StepFacts({ node, nodeTypes, onClose }: StepFactsProps) {
  const { t } = useTranslation();
  const words = useSettingWords();
  const type = nodeTypes.get(node.type);
  const order = propertiesOf(plainSchema(type?.config_schema ?? {})).map(([key]) => key);
  const keys = Object.keys(node.config).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return (
    <aside className={classes.side} aria-label={t('versions.step')}>
      <div className={classes.sideHead}>
        <div>
          <Title order={2} size="h4">
            {nameOf(node, nodeTypes)}
          </Title>
          <Text size="sm" c="dimmed">
            {type?.title ?? node.type}
            {node.off && ` · ${t('words.step.off')}`}
          </Text>
        </div>
        <CloseButton aria-label={t('ui.close')} onClick={onClose} />
      </div>
      {node.note && <Text className={classes.pre}>{node.note}</Text>}
      {keys.length === 0 && <Text c="dimmed">{t('versions.noSettings')}</Text>}
      <dl className={classes.facts}>
        {keys.map((key) => (
          <div key={key}>
            <dt>{words.field(type, ['config', key])}</dt>
            <dd className={classes.pre}>{words.value(node.config[key])}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
