import { Button, Menu, Text } from '@mantine/core';
import { IconPlayerTrackNext, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Samples } from '@/api/samples';
import { StepIcon } from '@/canvas/step-icon';
import { connect } from '@/core/graph/commands';
import { canConnect } from '@/core/graph/connect';
import { type GraphNode, nameOf, nodeByKey } from '@/core/graph/document';
import { valueAt } from '@/core/graph/formulas';
import { readingOrder } from '@/core/graph/order';
import { portsIn, UNDO } from '@/core/graph/ports';
import type { ScopeName } from '@/core/graph/scope';
import { JsonView } from '@/ui/json-view';
import { SampleTag } from '@/ui/sample-tag';
import { DataViewSwitch, useDataView } from './data-view';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import type { Gather } from './form/form-context';
import classes from './incoming.module.css';
import { IncomingTable } from './incoming-table';
import type { Incoming } from './use-incoming';
import { ValueTree } from './value-tree';

export interface IncomingPaneProps {
  node: GraphNode;
  incoming: Incoming;
  samples: Samples;
  gather: Gather | null;
}

const BESIDE = new Set(['run', 'loop', 'error', 'index']);

/** The data of every earlier step, the nearest first. */
export function IncomingPane({ node, incoming, samples, gather }: IncomingPaneProps) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const main = incoming.names.filter((one) => !BESIDE.has(one.kind));
  const beside = incoming.names.filter((one) => BESIDE.has(one.kind));
  if (main.length === 0) return <NothingConnected node={node} />;
  const item = main.filter((one) => one.kind === 'item');
  const ordered = [...item, ...main.filter((one) => one.kind !== 'item').reverse()];
  const without = ordered.filter((one) => incoming.values[one.name] === undefined);
  return (
    <>
      <div className={classes.tools}>
        <DataViewSwitch />
      </div>
      {!readOnly && (
        <Text size="xs" c="dimmed">
          {t('editor.panel.inHelp')}
        </Text>
      )}
      {without.length > 0 && (
        <div className={classes.noData}>
          <Text size="sm">
            {without.length === ordered.length
              ? t('editor.incoming.noData')
              : t('editor.incoming.someNoData', { steps: without.map((one) => one.label).join(', ') })}
          </Text>
          {gather && (
            <>
              <Text size="xs" c="dimmed">
                {t('editor.incoming.willRun', { steps: gather.steps.join(', ') })}
              </Text>
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
                loading={gather.busy}
                onClick={gather.begin}
              >
                {t('editor.incoming.gather')}
              </Button>
            </>
          )}
        </div>
      )}
      {ordered.map((one) => (
        <Given key={one.name} name={one} incoming={incoming} kept={one.node !== null && one.node in samples} />
      ))}
      {beside.length > 0 && (
        <details className={classes.beside}>
          <summary>{t('editor.incoming.more')}</summary>
          <ValueTree names={beside} values={incoming.rowValues} />
        </details>
      )}
    </>
  );
}

interface GivenProps {
  name: ScopeName;
  incoming: Incoming;
  kept: boolean;
}

function Given({ name, incoming, kept }: GivenProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const [view] = useDataView();
  const node = useEditor((state) => nodeByKey(graphOf(state), name.node));
  const isItem = name.kind === 'item';
  const rows = isItem && incoming.items ? valueAt(incoming.values, incoming.items) : undefined;
  const value = isItem && Array.isArray(rows) ? rows : incoming.values[name.name];
  const label = isItem ? t('editor.incoming.items', { name: name.label }) : name.label;
  return (
    <section className={classes.given} aria-label={label}>
      <h4>
        {node && <StepIcon icon={nodeTypes.get(node.type)?.icon} size={15} />}
        <span>{label}</span>
        {kept && <SampleTag label={t('editor.sample.kept')} />}
      </h4>
      {view === 'json' && value !== undefined && <JsonView value={value} label={label} />}
      {view === 'table' && value !== undefined && (
        <IncomingTable
          path={isItem && incoming.items ? incoming.items : [name.name]}
          value={value}
          schema={isItem ? { type: 'array', items: name.schema } : name.schema}
          caption={label}
          pointing={incoming}
          asItem={isItem}
        />
      )}
      {(view === 'fields' || value === undefined) && <ValueTree names={[name]} values={incoming.rowValues} />}
    </section>
  );
}

/** A loose step: says so, and draws the line from a step of the person's choice. */
function NothingConnected({ node }: { node: GraphNode }) {
  const { t } = useTranslation();
  const { nodeTypes, readOnly } = useEditorWorld();
  const { edit } = useEditorActions();
  const graph = useEditor(graphOf);
  const to = { node: node.key, port: 'in' };
  const ways = readingOrder(graph).flatMap((one) =>
    portsIn(graph, one, nodeTypes.get(one.type))
      .filter((port) => port.key !== UNDO.key && port.key !== 'error')
      .map((port) => ({ from: { node: one.key, port: port.key }, name: nameOf(one, nodeTypes), port: port.label }))
      .filter(({ from }) => {
        const verdict = canConnect(graph, nodeTypes, from, to);
        return verdict.ok && !verdict.back;
      }),
  );
  return (
    <div className={classes.noData}>
      <Text size="sm" fw={500}>
        {t('editor.incoming.nothing')}
      </Text>
      <Text size="sm" c="dimmed">
        {t('editor.incoming.nothingHelp')}
      </Text>
      {!readOnly && ways.length > 0 && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button size="compact-sm" variant="light" leftSection={<IconPlugConnected size={14} aria-hidden />}>
              {t('editor.incoming.connect')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {ways.map(({ from, name, port }) => (
              <Menu.Item
                key={`${from.node} ${from.port}`}
                onClick={() =>
                  edit({ label: 'connect' }, (draft) => {
                    connect(draft, nodeTypes, from, to);
                  })
                }
              >
                {port ? `${name} · ${port}` : name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
