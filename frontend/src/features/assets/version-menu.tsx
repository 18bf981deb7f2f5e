import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconEye, IconGitCompare, IconPointFilled, IconReplace, IconTag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '@/api/session';
import type { AssetDetail, AssetVersion } from '@/api/types';
import { MenuLink } from '@/ui/button-link';
import type { Moving } from './alias-dialog';
import { LIVE } from './alias-tags';

interface VersionMenuProps {
  asset: AssetDetail;
  version: AssetVersion;
  onMove: (moving: Moving) => void;
}

/** What can be done with one version. */
export function VersionMenu({ asset, version, onMove }: VersionMenuProps) {
  const { t } = useTranslation();
  const { may, live } = asset;
  const number = version.number;
  const before =
    live && live.id !== version.id ? live.number : asset.versions.find((one) => one.number < number)?.number;
  const named = !asset.archived_at;
  const secondPerson = useWorkspace().four_eyes === 'required' && live !== null;
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon aria-label={t('assets.versions.menu', { number })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink
          to="/assets/$id/versions/$number"
          params={{ id: asset.id, number: String(number) }}
          leftSection={<IconEye size={16} aria-hidden />}
        >
          {t('assets.versions.show')}
        </MenuLink>
        {may.modify && before !== undefined && (
          <MenuLink
            to="/assets/$id/compare"
            params={{ id: asset.id }}
            search={{ before, after: number }}
            leftSection={<IconGitCompare size={16} aria-hidden />}
          >
            {before === live?.number
              ? t('assets.versions.compareLive')
              : t('assets.versions.compareBefore', { number: before })}
          </MenuLink>
        )}
        {secondPerson && named && may.modify && live.id !== version.id && (
          <MenuLink
            to="/assets/$id"
            params={{ id: asset.id }}
            search={{ tab: 'replacement' }}
            leftSection={<IconReplace size={16} aria-hidden />}
          >
            {t('assets.versions.askLive')}
          </MenuLink>
        )}
        {!secondPerson && may.replace && named && live?.id !== version.id && (
          <Menu.Item
            leftSection={<IconPointFilled size={16} aria-hidden />}
            onClick={() => onMove({ name: LIVE, version: number })}
          >
            {t('assets.versions.makeLive')}
          </Menu.Item>
        )}
        {may.modify && named && (
          <Menu.Item
            leftSection={<IconTag size={16} aria-hidden />}
            onClick={() => onMove({ name: null, version: number })}
          >
            {t('assets.versions.give')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
