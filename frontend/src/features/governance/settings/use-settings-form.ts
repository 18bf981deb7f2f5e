import { type UseFormInput, useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useEditWorkspace } from '@/api/governance';
import type { WorkspaceSettings } from '@/api/types';
import { pick } from '@/core/pick';
import { fieldErrors } from '@/ui/field-errors';
import { toast } from '@/ui/toasts';

interface Options<Values> {
  validate?: NonNullable<UseFormInput<Values>['validate']>;
  /** What is said once they are saved. */
  saved?: string;
}

/** A form of some settings. Only what was changed is sent: somebody else may have changed the others meanwhile. */
export function useSettingsForm<Values extends Partial<WorkspaceSettings>>(
  values: Values,
  { validate, saved: words }: Options<Values> = {},
) {
  const { t } = useTranslation();
  const edit = useEditWorkspace();
  const form = useForm<Values>({ initialValues: values, ...(validate && { validate }) });
  const names = Object.keys(values) as (keyof Values & keyof WorkspaceSettings & string)[];
  const submit = form.onSubmit((written) => {
    const changed = names.filter((name) => form.isDirty(name));
    edit.mutate(pick(written, changed), {
      onSuccess: ({ requests, ...saved }) => {
        const now = pick(saved, names) as Values;
        form.setValues(now);
        form.resetDirty(now);
        toast.done(requests.length > 0 ? t('settings.asked') : (words ?? t('settings.saved')));
      },
      onError: (error) => form.setErrors(fieldErrors(error, names)),
    });
  });
  return { form, submit, error: edit.error, busy: edit.isPending };
}
