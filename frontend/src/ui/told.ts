import { problemWords, sentence, serverWords } from '@/core/server-words';

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
  code?: string | null;
  message: string;
  hint?: string | null;
}

/** What is wrong and what to do in the reader's language; the server's own words where there are no others. */
export function toldProblem({ code, message, hint }: ToldProblem): { message: string; hint: string } {
  if (!serverWords()) return { message, hint: hint ?? '' };
  const whole = sentence(message);
  // A hint that cannot be said would be half a sentence in another language.
  if (whole !== undefined) return { message: whole, hint: (hint && sentence(hint)) || '' };
  const known = problemWords(code ?? undefined);
  return known === undefined ? { message, hint: hint ?? '' } : { message: known, hint: '' };
}

/** The same in one line. */
export function problemLine(problem: ToldProblem): string {
  const { message, hint } = toldProblem(problem);
  return hint ? `${message} ${hint}` : message;
}

/** Any failure as a sentence for people. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { problem, message } = error as Told;
  return toldProblem({ code: problem?.code ?? null, message: problem?.detail || message }).message;
}
