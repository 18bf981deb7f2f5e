import { IconPlus } from '@tabler/icons-react';
import { Handle, Position } from '@xyflow/react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { LineEnd, Side } from '@/core/graph/connect';
import type { Port } from '@/core/graph/document';
import { placeOf } from '@/core/graph/ports';
import { useCanvas } from './canvas-context';
import classes from './ports.module.css';
import { type DrawingControl, type Fit, useFitOf } from './use-drawing';

/** A way in: a line ends here when it is dropped, tapped or chosen by keys. */
export function InputPort({ step }: { step: string }) {
  const { t } = useTranslation();
  const { readOnly, nameOf, drawing } = useCanvas();
  const fit = useFitOf(drawing, { node: step, port: 'in' }, 'in');
  const name = nameOf(step);
  return (
    <Handle
      type="target"
      id="in"
      position={Position.Left}
      className={classes.port}
      isConnectable={!readOnly}
      {...(readOnly ? {} : holding(drawing, { node: step, port: 'in' }, 'in', fit))}
      aria-label={readOnly ? undefined : t(fit === null ? 'editor.canvas.wayIn' : 'editor.canvas.connectTo', { name })}
    />
  );
}

/** What makes a way in or out a button: the first tap or Enter takes hold of a line, the second one lets it end here. */
function holding(drawing: DrawingControl, place: LineEnd, side: Side, fit: Fit) {
  const press = () => {
    const held = drawing.store.getState().drawing;
    if (!held) drawing.begin(place, side, 'tap');
    else if (held.side === side) drawing.cancel();
    else drawing.finish(place);
  };
  return {
    role: 'button',
    // At rest a dot is too small a target to stop at: L, the menu and a second Enter take hold of it.
    tabIndex: fit === 'fits' || fit === 'at' ? 0 : -1,
    'data-fit': fit ?? undefined,
    onFocus: () => {
      if (drawing.store.getState().drawing?.how === 'tap' && (fit === 'fits' || fit === 'at')) drawing.consider(place);
    },
    onClick: (event: MouseEvent) => {
      event.stopPropagation();
      press();
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      press();
    },
  };
}

export interface OutputPortsProps {
  step: string;
  ports: Port[];
  taken: string;
  selected: boolean;
}

/** Ways out of a step. A way without a line shows its word and a "+" on a stub; one with a line shows "+" on hover and focus. */
export function OutputPorts({ step, ports, taken, selected }: OutputPortsProps) {
  const { t } = useTranslation();
  const { editing, allTabbable, nameOf, detailed } = useCanvas();
  const used = new Set(taken.split(' '));
  const add = (port: string) => () => editing?.onAddAfter({ node: step, port });
  return ports.map((port, index) => {
    const top = `${placeOf(ports, index) * 100}%`;
    const free = !used.has(port.key);
    const name = nameOf(step);
    const label = port.label
      ? t('editor.canvas.addAfterPort', { name, port: port.label })
      : t('editor.canvas.addAfter', { name });
    return (
      <div key={port.key}>
        <OutputPort end={{ node: step, port: port.key }} top={top} />
        {!detailed
          ? null
          : free
            ? (editing || port.label) && (
                <div className={classes.stub} style={{ top }} data-bare={!editing || undefined}>
                  {port.label && <span className={classes.stubLabel}>{port.label}</span>}
                  {editing && <AddButton label={label} tabbable={allTabbable || selected} onAdd={add(port.key)} />}
                </div>
              )
            : editing && (
                <div className={classes.more} style={{ top }}>
                  <AddButton label={label} tabbable={allTabbable || selected} onAdd={add(port.key)} />
                </div>
              )}
      </div>
    );
  });
}

function OutputPort({ end, top }: { end: LineEnd; top: string }) {
  const { t } = useTranslation();
  const { readOnly, drawing, portName } = useCanvas();
  const fit = useFitOf(drawing, end, 'out');
  const name = portName(end);
  return (
    <Handle
      type="source"
      id={end.port}
      position={Position.Right}
      style={{ top }}
      className={classes.port}
      isConnectable={!readOnly}
      {...(readOnly ? {} : holding(drawing, end, 'out', fit))}
      aria-label={readOnly ? undefined : t('editor.canvas.wayOut', { name })}
    />
  );
}

interface AddButtonProps {
  label: string;
  tabbable: boolean;
  onAdd(): void;
}

function AddButton({ label, tabbable, onAdd }: AddButtonProps) {
  return (
    <button
      type="button"
      className={`${classes.add} nodrag nopan`}
      tabIndex={tabbable ? 0 : -1}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        onAdd();
      }}
    >
      <IconPlus size={14} stroke={2.25} />
    </button>
  );
}
