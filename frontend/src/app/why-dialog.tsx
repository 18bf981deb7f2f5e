import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { why } from '@/api/why';
import { DecisionDialog } from '@/ui/decision-dialog';

/** Asks why, where something takes a second person: they read it before they decide. */
export function WhyDialog() {
  const { t } = useTranslation();
  const open = useSyncExternalStore(why.subscribe, why.get);
  return (
    <DecisionDialog
      question={
        open && {
          key: open.number,
          title: t('app.why.title'),
          text: t('app.why.text'),
          verb: t('app.why.ask'),
          reason: { label: t('app.why.reason'), needed: true },
          send: async (reason) => open.answer(reason),
        }
      }
      onClose={() => open?.answer(null)}
    />
  );
}
