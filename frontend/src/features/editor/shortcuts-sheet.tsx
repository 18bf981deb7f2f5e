import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './editor.module.css';

const MAC = /mac|iphone|ipad/i.test(navigator.userAgent);
const MOD = MAC ? '⌘' : 'Ctrl';

const SHORTCUTS = [
  ['add', ['/']],
  ['open', ['Enter']],
  ['rename', ['F2']],
  ['delete', ['Delete']],
  ['move', ['←', '↑', '→', '↓']],
  ['undo', [MOD, 'Z']],
  ['redo', [MOD, MAC ? '⇧' : 'Shift', 'Z']],
  ['copy', [MOD, 'C']],
  ['paste', [MOD, 'V']],
  ['duplicate', [MOD, 'D']],
  ['all', [MOD, 'A']],
  ['fit', ['F']],
  ['help', ['?']],
] as const;

export function ShortcutsSheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <dl className={classes.shortcuts}>
        {SHORTCUTS.map(([name, keys]) => (
          <div key={name}>
            <dt>{t(`editor.shortcuts.${name}`)}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
