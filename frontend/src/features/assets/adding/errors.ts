import type { UseFormReturnType } from '@mantine/form';
import { useEffect } from 'react';
import { fieldErrors } from '@/ui/field-errors';

/** What the server says of single settings stands beside their fields, too. */
export function useServerErrors<Values extends object>(form: UseFormReturnType<Values>, error: unknown): void {
  const { setErrors, getValues } = form;
  useEffect(() => {
    const names = Object.keys(getValues());
    const told = fieldErrors(
      error,
      names.map((name) => `config.${name}`),
    );
    const found = Object.entries(told).map(([place, words]) => [place.replace('config.', ''), words]);
    if (found.length > 0) setErrors(Object.fromEntries(found));
  }, [error, setErrors, getValues]);
}
