import { Button, Menu, Text } from '@mantine/core';
import { IconDownload, IconFileTypeCsv, IconJson } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type AuditFilters, type ExportFormat, useExportAddress } from '@/api/governance';

const FORMATS: { format: ExportFormat; icon: typeof IconJson }[] = [
  { format: 'csv', icon: IconFileTypeCsv },
  { format: 'jsonl', icon: IconJson },
];

/** The filtered list as a file. */
export function ExportMenu({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation();
  const at = useExportAddress(filters);
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('audit.export.button')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, icon: Icon }) => (
          <Menu.Item key={format} component="a" href={at(format)} download leftSection={<Icon size={18} aria-hidden />}>
            {t(`audit.export.${format}`)}
          </Menu.Item>
        ))}
        <Text size="xs" c="dimmed" px="sm" py={6}>
          {t('audit.export.help')}
        </Text>
      </Menu.Dropdown>
    </Menu>
  );
}
