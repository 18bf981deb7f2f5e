import { Button, Menu } from '@mantine/core';
import { IconApi, IconChevronDown, IconPlugConnected, IconRobot, IconRoute, IconWorldUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MenuLink } from '@/ui/button-link';

/** The ways to a new tool or agent. */
const WAYS = [
  { key: 'openapi', to: '/assets/add/openapi', icon: IconApi },
  { key: 'mcp', to: '/assets/add/mcp', icon: IconPlugConnected },
  { key: 'http', to: '/assets/add/http-tool', icon: IconWorldUp },
  { key: 'workflow', to: '/assets/add/workflow-tool', icon: IconRoute },
  { key: 'agent', to: '/assets/add/agent', icon: IconRobot },
] as const;

export function AddTools() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
          {t('tools.menu')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {WAYS.map(({ key, to, icon: Icon }) => (
          <MenuLink key={key} to={to} leftSection={<Icon size={18} aria-hidden />}>
            {t(`tools.${key}.title`)}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
