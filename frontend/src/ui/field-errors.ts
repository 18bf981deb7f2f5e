interface WithProblems {
  problem?: { problems?: { field?: string | null; message: string; hint?: string }[] };
}

/** What the server says about single fields of a form, for those fields that the form has. */
export function fieldErrors(error: unknown, fields: readonly string[]): Record<string, string> {
  const problems = (error as WithProblems)?.problem?.problems ?? [];
  const found: Record<string, string> = {};
  for (const { field, message, hint } of problems) {
    if (field && fields.includes(field)) found[field] = [found[field], message, hint].filter(Boolean).join(' ');
  }
  return found;
}
