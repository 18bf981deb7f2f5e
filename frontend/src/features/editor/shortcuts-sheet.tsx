import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SHORTCUT_PARTS, SHORTCUTS } from '@/core/shortcuts';
import { KeyCaps } from './key-caps';
import classes from './key-caps.module.css';

/** Every key there is, as it stands on the reader's keyboard. */
export function ShortcutsSheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('editor.shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <div className={classes.columns}>
        {SHORTCUT_PARTS.map((part) => (
          <section key={part} className={classes.part}>
            <h3>{t(`editor.shortcuts.part.${part}`)}</h3>
            <dl>
              {SHORTCUTS.filter((one) => one.part === part).map(({ id }) => (
                <div key={id}>
                  <dt>{t(`editor.shortcuts.${id}`)}</dt>
                  <dd>
                    <KeyCaps of={id} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
