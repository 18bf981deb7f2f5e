import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { capsOf, keysOfShortcut, type ShortcutId } from '@/core/shortcuts';
import classes from './key-caps.module.css';

const MAC = /mac|iphone|ipad/i.test(navigator.userAgent);

/** The keys of a shortcut, one cap each. */
export function KeyCaps({ of: id, quiet = false }: { of: ShortcutId; quiet?: boolean }) {
  const { t } = useTranslation();
  const words = capsOf(keysOfShortcut(id), MAC).map((cap) => ('sign' in cap ? cap.sign : t(`editor.keys.${cap.name}`)));
  if (quiet) return <span className={classes.quiet}>{words.join(MAC ? '' : '+')}</span>;
  return (
    <span className={classes.caps}>
      {words.map((word) => (
        <Kbd key={word}>{word}</Kbd>
      ))}
    </span>
  );
}
