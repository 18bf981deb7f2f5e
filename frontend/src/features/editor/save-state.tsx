import { IconAlertTriangle, IconCheck, IconCloudOff, IconLoader2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SaveState as State } from './autosave';
import { useEditor } from './editor-store';
import classes from './top-bar.module.css';

const ICONS: Record<State['kind'], typeof IconCheck> = {
  saved: IconCheck,
  unsaved: IconLoader2,
  saving: IconLoader2,
  offline: IconCloudOff,
  refused: IconAlertTriangle,
  conflict: IconAlertTriangle,
};

/** "Saved", "Saving" or what is in the way; there is no button to forget. */
export function SaveState() {
  const { t } = useTranslation();
  const save = useEditor((state) => state.save);
  const Icon = ICONS[save.kind];
  return (
    <output className={classes.save} data-kind={save.kind} title={save.kind === 'refused' ? save.message : undefined}>
      <Icon size={14} />
      {t(`editor.save.${save.kind}`)}
    </output>
  );
}
