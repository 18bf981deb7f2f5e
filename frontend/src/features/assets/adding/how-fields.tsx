import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Approval, Effect } from '@/api/tools';

export const EFFECTS = ['pure', 'read', 'write', 'keyed'] as const satisfies readonly Effect[];
export const APPROVALS = ['never', 'writes', 'always'] as const satisfies readonly Approval[];

interface HowFieldsProps {
  effect: Effect;
  approval: Approval;
  /** Of what: the fields of several tools stand on one page. */
  name?: string;
  onChange: (changes: { effect?: Effect; approval?: Approval }) => void;
}

/** What calling a tool does to the world, and when a person is asked before it is called. */
export function HowFields({ effect, approval, name, onChange }: HowFieldsProps) {
  const { t } = useTranslation();
  const labelled = (label: string) => (name ? { 'aria-label': `${label}: ${name}` } : {});
  return (
    <>
      <Select
        label={t('tools.effect.label')}
        {...labelled(t('tools.effect.label'))}
        allowDeselect={false}
        data={EFFECTS.map((value) => ({ value, label: t(`tools.effect.${value}`) }))}
        value={effect}
        onChange={(value) => onChange({ effect: EFFECTS.find((one) => one === value) ?? effect })}
      />
      <Select
        label={t('tools.approval.label')}
        {...labelled(t('tools.approval.label'))}
        allowDeselect={false}
        data={APPROVALS.map((value) => ({ value, label: t(`tools.approval.${value}`) }))}
        value={approval}
        onChange={(value) => onChange({ approval: APPROVALS.find((one) => one === value) ?? approval })}
      />
    </>
  );
}
