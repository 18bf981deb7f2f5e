import i18next from 'i18next';

/** Errors of the server carry more than a message. */
export interface Told {
  message: string;
  problem?: {
    code?: string;
    detail?: string;
    trace?: string;
    problems?: ToldProblem[];
  };
}

export interface ToldProblem {
  code?: string;
  message: string;
  hint?: string;
}

/** What the catalogue says for a code in the reader's language; the server's own sentence where it says nothing. */
export function toldByCode(code: string | undefined, sentence: string): string {
  const key = `problems.${code}`;
  return code && i18next.exists(key) ? String(i18next.t(key as never)) : sentence;
}

/** Any failure as a sentence for people. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { problem, message } = error as Told;
  return toldByCode(problem?.code, problem?.detail || message);
}
