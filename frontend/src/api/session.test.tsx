import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { answer } from '../../test/render';
import { TooManySignIns, useSignIn, WrongSignIn } from './session';

const client = new QueryClient();
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);

function signIn(code: string) {
  answer({ 'POST /_allauth/browser/v1/auth/login': { status: 400, body: { status: 400, errors: [{ code }] } } });
  const { result } = renderHook(() => useSignIn(), { wrapper });
  return result.current.mutateAsync({ email: 'maria@example.com', password: 'not it' });
}

afterEach(() => vi.unstubAllGlobals());

describe('a refused sign-in', () => {
  it('is a wrong password', () => expect(signIn('email_password_mismatch')).rejects.toThrow(WrongSignIn));

  it('is too many tries when the server says so, with the same status', () =>
    expect(signIn('too_many_login_attempts')).rejects.toThrow(TooManySignIns));
});
