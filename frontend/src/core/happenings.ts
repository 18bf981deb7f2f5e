/** What a person did somewhere that something elsewhere waits for, said once and kept by nobody. */
export type Happening = 'run.settled';

const listeners = new Set<(happening: Happening) => void>();

export const happenings = {
  tell(happening: Happening) {
    for (const listener of listeners) listener(happening);
  },
  listen(listener: (happening: Happening) => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
