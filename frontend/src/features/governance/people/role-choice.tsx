import { Checkbox, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Role } from '@/api/types';
import { ROLES } from '@/core/words';

interface RoleChoiceProps {
  value: Role[];
  onChange: (roles: Role[]) => void;
  error?: React.ReactNode;
}

/** All roles with what each may do. Who builds also publishes, unless it is unticked. */
export function RoleChoice({ value, onChange, error }: RoleChoiceProps) {
  const { t } = useTranslation();
  const change = (next: string[]) => {
    const roles = ROLES.filter((role) => next.includes(role));
    const nowBuilds = roles.includes('builder') && !value.includes('builder');
    onChange(nowBuilds && !roles.includes('publisher') ? [...roles, 'publisher'] : roles);
  };
  return (
    <Checkbox.Group label={t('people.column.roles')} value={value} onChange={change} error={error}>
      <Stack gap="xs" mt={6}>
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            value={role}
            label={t(`words.role.${role}.name`)}
            description={t(`words.role.${role}.text`)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
