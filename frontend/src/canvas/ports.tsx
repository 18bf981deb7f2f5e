import { IconPlus } from '@tabler/icons-react';
import { Handle, Position } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import type { Port } from '@/core/graph/document';
import { placeOf } from '@/core/graph/ports';
import { useCanvas } from './canvas-context';
import classes from './ports.module.css';

export function InputPort() {
  const { readOnly } = useCanvas();
  return <Handle type="target" id="in" position={Position.Left} className={classes.port} isConnectable={!readOnly} />;
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
  const { readOnly, editing, allTabbable, nameOf } = useCanvas();
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
        <Handle
          type="source"
          id={port.key}
          position={Position.Right}
          style={{ top }}
          className={classes.port}
          isConnectable={!readOnly}
        />
        {free
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
