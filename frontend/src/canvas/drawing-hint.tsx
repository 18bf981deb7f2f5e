import { IconAlertTriangle } from '@tabler/icons-react';
import { useConnection } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useCanvas } from './canvas-context';
import classes from './drawing-hint.module.css';
import { refusalAt } from './use-drawing';

/** What may be done with the line in hand, or why it cannot end where the pointer is. */
export function DrawingHint() {
  const { t } = useTranslation();
  const { drawing: control, nameOf, portName } = useCanvas();
  const drawing = useStore(control.store, (state) => state.drawing);
  const near = useConnection((state) =>
    state.toHandle ? { node: state.toHandle.nodeId, port: state.toHandle.id ?? 'in' } : null,
  );
  if (!drawing) return null;
  const place = near ?? drawing.at;
  const reason = refusalAt(drawing, place);
  const words = () => {
    if (reason) return t(`editor.refused.${reason}`);
    if (drawing.how === 'drag') return t(drawing.line && !place ? 'editor.drawing.letGo' : 'editor.drawing.drag');
    const name = portName(drawing.held);
    if (drawing.places.length === 0) return t('editor.drawing.nowhere', { name });
    if (!place) return t(drawing.side === 'out' ? 'editor.drawing.tap' : 'editor.drawing.tapBack', { name });
    const [from, to] = drawing.side === 'out' ? [drawing.held, place] : [place, drawing.held];
    return t('editor.drawing.chosen', { from: portName(from), to: nameOf(to.node) });
  };
  return (
    <div className={classes.hint} role="status" data-refused={reason ? true : undefined}>
      {reason && <IconAlertTriangle size={16} aria-hidden />}
      <span>{words()}</span>
      {drawing.how === 'tap' && (
        <button type="button" onClick={control.cancel}>
          {t('editor.cancel')}
        </button>
      )}
    </div>
  );
}
