import { type Schema, Validator } from '@cfworker/json-schema';
import type { ErrorSchema, RJSFSchema, ValidationData, ValidatorType } from '@rjsf/utils';

/**
 * Checks form data by reading the schema, not by compiling it: the content security policy forbids made-up code.
 * The form uses it to choose between shapes; what is wrong with a step is told by the server, which checks formulas too.
 */
export const formValidator: ValidatorType<unknown, RJSFSchema> = {
  validateFormData(formData, schema): ValidationData<unknown> {
    const { errors } = formValidator.rawValidation<{ error: string }>(schema, formData);
    const messages = (errors ?? []).map((one) => one.error);
    const errorSchema = (messages.length > 0 ? { __errors: messages } : {}) as ErrorSchema<unknown>;
    return { errors: messages.map((message) => ({ message, stack: message })), errorSchema };
  },
  isValid(schema, formData, rootSchema) {
    return validate({ ...schema, $defs: { ...rootSchema.$defs, ...schema.$defs } }, formData).valid;
  },
  rawValidation<Result>(schema: RJSFSchema, formData: unknown) {
    return { errors: validate(schema, formData).errors as Result[] };
  },
};

function validate(schema: RJSFSchema, formData: unknown) {
  return new Validator(schema as Schema, '2020-12', false).validate(formData ?? null);
}
