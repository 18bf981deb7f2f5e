import { useTranslation } from 'react-i18next';
import type { Role } from '@/api/types';
import { ROLES } from '@/core/words';
import classes from './governance.module.css';

/** Roles by the names business people know. */
export function RoleNames({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation();
  const shown = ROLES.filter((role) => roles.includes(role));
  return (
    <span className={classes.roles}>
      {shown.map((role) => (
        <span key={role} className={classes.role}>
          {t(`words.role.${role}.name`)}
        </span>
      ))}
    </span>
  );
}
