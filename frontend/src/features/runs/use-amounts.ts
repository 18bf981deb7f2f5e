import { useTranslation } from 'react-i18next';

/** Amounts of money as people read them: small ones to their first digits that count. */
export function useAmounts(): (amount: string) => string {
  const { i18n } = useTranslation();
  return (amount) => {
    const value = Number(amount);
    const small = value !== 0 && Math.abs(value) < 0.1;
    const digits = small ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return new Intl.NumberFormat(i18n.language, digits).format(value);
  };
}
