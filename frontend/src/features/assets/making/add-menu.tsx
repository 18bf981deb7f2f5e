import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AssetKind as Kind } from '@/api/types';
import { ButtonLink, MenuLink } from '@/ui/button-link';
import { KINDS } from '../kinds';
import { WAYS } from './ways';

/** Adds something: of one kind, or of any. */
export function AddMenu({ kind }: { kind: Kind | undefined }) {
  const { t } = useTranslation();
  const ways = WAYS.filter((way) => kind === undefined || way.kind === kind);
  const [only] = ways;
  if (!only) return null;
  if (ways.length === 1) {
    return (
      <ButtonLink to="/assets/add/$way" params={{ way: only.key }} leftSection={<IconPlus size={16} aria-hidden />}>
        {t(`making.way.${only.key}.add`)}
      </ButtonLink>
    );
  }
  return (
    <Menu position="bottom-end" width={330}>
      <Menu.Target>
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          rightSection={<IconChevronDown size={16} aria-hidden />}
        >
          {t('making.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {KINDS.filter((one) => ways.some((way) => way.kind === one)).map((one) => [
          kind === undefined && <Menu.Label key={one}>{t(`assets.kinds.${one}`)}</Menu.Label>,
          ...ways
            .filter((way) => way.kind === one)
            .map(({ key, icon: Icon }) => (
              <MenuLink
                key={key}
                to="/assets/add/$way"
                params={{ way: key }}
                leftSection={<Icon size={20} stroke={1.6} aria-hidden />}
              >
                {t(`making.way.${key}.name`)}
                <Text size="xs" c="dimmed">
                  {t(`making.way.${key}.text`)}
                </Text>
              </MenuLink>
            )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}
