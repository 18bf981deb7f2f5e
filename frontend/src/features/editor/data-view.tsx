import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';

export type DataView = 'table' | 'fields' | 'json';
const VIEWS: DataView[] = ['table', 'fields', 'json'];

/** How a person likes to see data, wherever they see it. */
export function useDataView(): [DataView, (view: DataView) => void] {
  const [view, setView] = usePreference('data_view');
  return [view ?? 'table', setView];
}

export function DataViewSwitch() {
  const { t } = useTranslation();
  const [view, setView] = useDataView();
  return (
    <SegmentedControl
      size="xs"
      value={view}
      onChange={(next) => setView(next as DataView)}
      aria-label={t('editor.data.viewAs')}
      data={VIEWS.map((value) => ({ value, label: t(`editor.data.${value}`) }))}
    />
  );
}
