import { IconMinus, IconPlus, IconZoomScan } from '@tabler/icons-react';
import { useReactFlow, useStore } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import classes from './graph-canvas.module.css';
import { useFit } from './use-opening-view';
import { glide } from './viewport';

/** Zoom and fit, bottom left. */
export function CanvasControls() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const scale = useStore((state) => Math.round(state.transform[2] * 100));
  const fitAll = useFit();
  const duration = glide();
  return (
    <div className={classes.controls} role="toolbar" aria-label={t('editor.canvas.view')}>
      <button
        type="button"
        aria-label={t('editor.canvas.zoomOut')}
        title={t('editor.canvas.zoomOut')}
        onClick={() => flow.zoomOut({ duration })}
      >
        <IconMinus size={16} />
      </button>
      {scale === 100 ? (
        <span className={classes.scale}>{scale} %</span>
      ) : (
        <button
          type="button"
          className={classes.scale}
          aria-label={t('editor.canvas.zoomReset', { scale })}
          title={t('editor.canvas.zoomResetHint')}
          onClick={() => flow.zoomTo(1, { duration })}
        >
          {scale} %
        </button>
      )}
      <button
        type="button"
        aria-label={t('editor.canvas.zoomIn')}
        title={t('editor.canvas.zoomIn')}
        onClick={() => flow.zoomIn({ duration })}
      >
        <IconPlus size={16} />
      </button>
      <button type="button" aria-label={t('editor.canvas.fit')} title={t('editor.canvas.fit')} onClick={fitAll}>
        <IconZoomScan size={17} />
      </button>
    </div>
  );
}
