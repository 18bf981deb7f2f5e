// By its file: the package's index also loads its test registry, which asks for a validator that compiles code.
import withTheme from '@rjsf/core/lib/withTheme.js';
import { useMemo } from 'react';
import type { Config, JsonSchema } from '@/core/graph/document';
import { FORM_FIELDS } from './form-fields';
import { formSchema, sameSettings, withoutGaps } from './form-schema';
import { FORM_TEMPLATES } from './form-templates';
import { formValidator } from './form-validator';
import { FORM_WIDGETS } from './form-widgets';

const ThemedForm = withTheme({ widgets: FORM_WIDGETS, templates: FORM_TEMPLATES });

const KEEP_EMPTY = {
  emptyObjectFields: 'skipDefaults',
  allOf: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
} as const;

/** Without children the form draws a button to send it. */
const NO_BUTTON = true;

export interface SettingsFormProps {
  idPrefix: string;
  schema: JsonSchema;
  config: Config;
  readOnly: boolean;
  onChange(config: Config): void;
}

/** The settings of a step, drawn from the schema of its type. */
export default function SettingsForm({ idPrefix, schema, config, readOnly, onChange }: SettingsFormProps) {
  const drawn = useMemo(() => formSchema(schema), [schema]);
  return (
    <ThemedForm
      tagName="div"
      idPrefix={idPrefix}
      schema={drawn}
      formData={config}
      validator={formValidator}
      fields={FORM_FIELDS}
      readonly={readOnly}
      noValidate
      showErrorList={false}
      experimental_defaultFormStateBehavior={KEEP_EMPTY}
      onChange={({ formData }) => {
        const next = withoutGaps((formData ?? {}) as Config);
        // The form also reports when it opens and when it takes over a new value from outside.
        if (!sameSettings(next, config)) onChange(next);
      }}
    >
      {NO_BUTTON}
    </ThemedForm>
  );
}
