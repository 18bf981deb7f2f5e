import { Group, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { isAddress, type RemoteValues } from './remote-values';

interface RemoteFieldsProps<Values extends RemoteValues> {
  form: UseFormReturnType<Values>;
}

/** Form fields know their names only as texts of the values they are made for. */
function props<Values extends RemoteValues>(form: UseFormReturnType<Values>, name: keyof RemoteValues) {
  return form.getInputProps(name as never);
}

/** Where it answers, and the account that is used. */
export function AddressFields<Values extends RemoteValues>({
  form,
  hint,
  placeholder,
}: RemoteFieldsProps<Values> & { hint: string; placeholder: string }) {
  const { t } = useTranslation();
  const seesCredentials = useCan('credential:read');
  const credentials = useCredentials(seesCredentials);
  return (
    <>
      <TextInput
        label={t('making.remote.address')}
        description={hint}
        placeholder={placeholder}
        withAsterisk={false}
        required
        {...props(form, 'base_url')}
      />
      {seesCredentials && (
        <Select
          label={t('making.remote.connection')}
          description={
            <>
              {t('making.remote.connectionHint')}{' '}
              <TextLink to="/connections" inherit underline="always">
                {t('app.nav.connections')}
              </TextLink>
            </>
          }
          placeholder={t('making.remote.noConnection')}
          clearable
          searchable
          data={credentials.rows.map((one) => ({ value: one.id, label: one.name }))}
          {...props(form, 'credential')}
        />
      )}
    </>
  );
}

/** Limits, prices and what is asked instead: seldom needed, so they stand at the end. */
export function LimitFields<Values extends RemoteValues>({
  form,
  task,
  tokens,
}: RemoteFieldsProps<Values> & {
  /** What could be asked instead has to do the same. */
  task: string;
  /** It is paid and limited by tokens. */
  tokens: boolean;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <NumberInput
          label={t('making.remote.timeout')}
          description={t('making.remote.timeoutHint')}
          placeholder="60"
          min={0.1}
          max={600}
          {...props(form, 'timeout_s')}
        />
        <NumberInput
          label={t('making.remote.requests')}
          description={t('making.remote.requestsHint')}
          min={1}
          allowDecimal={false}
          {...props(form, 'requests_per_minute')}
        />
        {tokens && (
          <NumberInput
            label={t('making.remote.tokens')}
            description={t('making.remote.tokensHint')}
            min={1}
            allowDecimal={false}
            {...props(form, 'tokens_per_minute')}
          />
        )}
      </Group>
      {tokens && <PriceFields form={form} />}
      <Fallbacks form={form} task={task} />
    </>
  );
}

function PriceFields<Values extends RemoteValues>({ form }: RemoteFieldsProps<Values>) {
  const { t } = useTranslation();
  return (
    <Group grow align="flex-start" preventGrowOverflow={false}>
      <NumberInput
        label={t('making.remote.priceIn')}
        description={t('making.remote.priceHint')}
        min={0}
        decimalScale={6}
        {...props(form, 'price_input')}
      />
      <NumberInput
        label={t('making.remote.priceOut')}
        description={t('making.remote.priceHint')}
        min={0}
        decimalScale={6}
        {...props(form, 'price_output')}
      />
      <TextInput
        label={t('making.remote.currency')}
        description={t('making.remote.currencyHint')}
        maxLength={3}
        {...props(form, 'currency')}
      />
    </Group>
  );
}

function Fallbacks<Values extends RemoteValues>({ form, task }: RemoteFieldsProps<Values> & { task: string }) {
  const { t } = useTranslation();
  const others = useAssets({ kind: 'model', task });
  const chosen = props(form, 'fallbacks');
  const names = [...new Set([...others.rows.map((one) => one.name), ...(chosen.value as string[])])];
  const title = new Map(others.rows.map((one) => [one.name, one.title]));
  return (
    <MultiSelect
      label={t('making.remote.fallbacks')}
      description={t('making.remote.fallbacksHint')}
      placeholder={(chosen.value as string[]).length === 0 ? t('making.remote.noFallback') : ''}
      searchable
      maxValues={5}
      data={names.map((name) => ({ value: name, label: title.get(name) ?? name }))}
      {...chosen}
    />
  );
}

/** What is wrong with them before they are sent; for `validate` of a form. */
export function remoteChecks(t: (key: 'making.needs.address' | 'making.needs.currency') => string) {
  return {
    base_url: (value: string) => (isAddress(value) ? null : t('making.needs.address')),
    currency: (value: string) => (/^[A-Z]{3}$/.test(value) ? null : t('making.needs.currency')),
  };
}
