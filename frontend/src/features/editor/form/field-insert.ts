import { createContext } from 'react';

/** Puts a formula where the writing mark stands. */
export type FieldInsert = (formula: string) => void;

/** How the written value inside a field tells the frame around it how to insert. */
export const FieldInsertContext = createContext<((insert: FieldInsert) => void) | null>(null);
