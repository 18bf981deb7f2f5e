import { Menu } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuAt } from '@/canvas/use-canvas-menu';
import classes from './canvas-menu.module.css';
import { KeyCaps } from './key-caps';
import type { MenuEntry } from './menu-entries';

export interface CanvasMenuProps {
  at: MenuAt;
  /** Entries in groups; a line stands between groups. */
  groups: readonly (readonly MenuEntry[])[];
  onClose(): void;
}

/** What can be done with what was clicked, each with its key. */
export function CanvasMenu({ at, groups, onClose }: CanvasMenuProps) {
  const { t } = useTranslation();
  const { target, point } = at;
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current = document.activeElement;
  }, []);
  const close = () => {
    onClose();
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
  };
  const label =
    target.kind === 'steps' ? t('editor.menu.steps', { count: target.keys.length }) : t(`editor.menu.${target.kind}`);
  return (
    <Menu opened onChange={(opened) => !opened && close()} position="bottom-start" offset={2} width={240} withinPortal>
      <Menu.Target>
        <span className={classes.point} style={{ left: point.x, top: point.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {groups
          .filter((group) => group.length > 0)
          .flatMap((group, index) => [
            ...(index > 0 ? [<Menu.Divider key={`before-${group[0]?.id}`} />] : []),
            ...group.map(({ id, icon: Icon, words, keys, act }) => (
              <Menu.Item
                key={id}
                leftSection={<Icon size={16} aria-hidden />}
                rightSection={keys ? <KeyCaps of={keys} quiet /> : undefined}
                onClick={() => {
                  close();
                  act();
                }}
              >
                {words}
              </Menu.Item>
            )),
          ])}
      </Menu.Dropdown>
    </Menu>
  );
}
