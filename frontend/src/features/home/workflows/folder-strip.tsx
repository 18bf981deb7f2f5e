import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDots, IconFolder, IconFolderSymlink, IconPencil, IconTrash, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { Folder } from '@/api/types';
import { folderName, folderPath, foldersIn } from '@/core/folders';
import { DeleteFolder, MoveDialog, NameFolder } from './folder-dialogs';
import classes from './folders.module.css';
import { ShareFolder } from './share-folder';
import { dragged, type Moved, useDrop, useMoving } from './use-moving';

interface FoldersProps {
  folders: Folder[];
  /** Where one is; undefined: at the top. */
  current: string | undefined;
}

/** The way from the top to where one is. Every place on it takes what is dragged to it. */
export function FolderPath({ folders, current }: FoldersProps) {
  const { t } = useTranslation();
  const path = folderPath(folders, current);
  return (
    <nav aria-label={t('workflows.folders.path')}>
      <ol className={classes.path}>
        <Place id={null} name={t('workflows.folders.top')} here={path.length === 0} />
        {path.map((folder, index) => (
          <Place key={folder.id} id={folder.id} name={folder.name} here={index === path.length - 1} />
        ))}
      </ol>
    </nav>
  );
}

function Place({ id, name, here }: { id: string | null; name: string; here: boolean }) {
  const move = useMoving();
  const drop = useDrop((moved) => void move(moved, id));
  return (
    <li className={classes.place} {...(here ? {} : drop)}>
      {here ? (
        <span aria-current="page">{name}</span>
      ) : (
        <Link
          to="/workflows"
          search={id ? { folder: id } : {}}
          activeOptions={{ exact: true, includeSearch: true }}
          className={classes.placeLink}
        >
          {name}
        </Link>
      )}
    </li>
  );
}

/** The folders where one is: opened, filled by dragging, renamed, moved, dissolved. */
export function FolderStrip({ folders, current }: FoldersProps) {
  const { t } = useTranslation();
  const here = foldersIn(folders, current ?? null);
  if (here.length === 0) return null;
  return (
    <ul className={classes.strip} aria-label={t('workflows.folders.label')}>
      {here.map((folder) => (
        <FolderCard key={folder.id} folder={folder} folders={folders} />
      ))}
    </ul>
  );
}

type Asking = 'rename' | 'move' | 'share' | 'delete';

function FolderCard({ folder, folders }: { folder: Folder; folders: Folder[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan('workflow:edit');
  const mayShare = useCan('workflow:share');
  const move = useMoving();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const itself: Moved = { folder: folder.id };
  const drop = useDrop((moved) => void move(moved, folder.id));
  const inside = foldersIn(folders, folder.id).length;
  const to = folder.parent ? folderName(folders, folder.parent) : t('workflows.folders.top');
  return (
    <li className={classes.card} {...(mayEdit ? { ...drop, ...dragged(itself) } : {})}>
      <IconFolder size={20} stroke={1.7} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Link to="/workflows" search={{ folder: folder.id }} className={classes.name} draggable={false}>
          {folder.name}
        </Link>
        <Text size="xs" c="dimmed">
          {t('workflows.folders.count', { count: folder.workflows })}
          {inside > 0 && ` · ${t('workflows.folders.inside', { count: inside })}`}
        </Text>
      </div>
      {(mayEdit || mayShare) && (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon className={classes.more} aria-label={t('workflows.folders.more', { name: folder.name })}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayShare && (
              <Menu.Item leftSection={<IconUsers size={16} aria-hidden />} onClick={() => setAsking('share')}>
                {t('workflows.menu.share')}
              </Menu.Item>
            )}
            {mayEdit && (
              <>
                <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setAsking('rename')}>
                  {t('workflows.menu.rename')}
                </Menu.Item>
                <Menu.Item leftSection={<IconFolderSymlink size={16} aria-hidden />} onClick={() => setAsking('move')}>
                  {t('workflows.menu.moveTo')}
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking('delete')}>
                  {t('workflows.menu.delete')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking === 'share' && <ShareFolder folder={folder} onClose={close} />}
      {asking === 'rename' && <NameFolder folder={folder} onClose={close} />}
      {asking === 'move' && (
        <MoveDialog
          title={t('workflows.folders.move', { name: folder.name })}
          moved={itself}
          from={folder.parent}
          onClose={close}
        />
      )}
      {asking === 'delete' && (
        <DeleteFolder
          folder={folder}
          to={to}
          onClose={close}
          onDone={() => void navigate({ to: '/workflows', search: folder.parent ? { folder: folder.parent } : {} })}
        />
      )}
    </li>
  );
}
