import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconDeviceMobile, IconFingerprint, IconLifebuoy, type IconProps } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type AppSetUp,
  type Factor,
  useBeginApp,
  useFactors,
  useFirstCodes,
  useNewCodes,
  useRemoveApp,
  useRemovePasskey,
} from '@/api/factors';
import { passkeysWork } from '@/api/passkeys';
import { day } from '@/core/time';
import { ConfirmButton } from '@/ui/confirm-button';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { AppDialog } from './app-dialog';
import { CodesDialog } from './codes-dialog';
import classes from './factors.module.css';
import { PasskeyDialog } from './passkey-dialog';
import { useStepUp } from './step-up';

/** One's second factors: what there is, and everything to add and remove them. */
export function Factors() {
  const { t } = useTranslation();
  const factors = useFactors();
  const beginApp = useBeginApp();
  const firstCodes = useFirstCodes();
  const client = useQueryClient();
  const [app, setApp] = useState<AppSetUp | null>(null);
  const [passkey, setPasskey] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const found = factors.data ?? [];
  const has = (kind: Factor['type']) => found.some((one) => one.type === kind);

  // Workspaces that ask for a second factor open now. Not earlier: the page would go before the codes are kept.
  const finish = () => {
    setCodes(null);
    void client.invalidateQueries({ queryKey: ['session'] });
  };
  const { guard, dialog } = useStepUp((error) => {
    toast.failed(error);
    finish();
  });
  const added = () => {
    setApp(null);
    setPasskey(false);
    toast.done(t('safety.added'));
    guard(() =>
      firstCodes.mutateAsync(undefined).then(({ unused_codes }) => (unused_codes ? setCodes(unused_codes) : finish())),
    );
  };
  return (
    <Stack gap="md">
      <ProblemAlert error={factors.error} retry={() => void factors.refetch()} />
      <ProblemAlert error={beginApp.error} />
      {factors.isPending && <Waiting lines={2} />}
      {factors.data && (
        <ul className={classes.factors}>
          {found.map((factor) => (
            <li key={`${factor.type} ${factor.id ?? ''}`} className={classes.factor}>
              <FactorRow factor={factor} onCodes={setCodes} />
            </li>
          ))}
        </ul>
      )}
      {factors.data && found.length === 0 && <Text c="dimmed">{t('safety.none')}</Text>}
      {has('recovery_codes') && <FewCodes factors={found} />}
      <Group gap="xs">
        {!has('totp') && (
          <Button
            variant={found.length === 0 ? 'filled' : 'default'}
            leftSection={<IconDeviceMobile size={16} aria-hidden />}
            loading={beginApp.isPending}
            disabled={!factors.data}
            onClick={() => beginApp.mutate(undefined, { onSuccess: setApp })}
          >
            {t('safety.app.add')}
          </Button>
        )}
        {passkeysWork() && (
          <Button
            variant="default"
            leftSection={<IconFingerprint size={16} aria-hidden />}
            disabled={!factors.data}
            onClick={() => setPasskey(true)}
          >
            {t('safety.passkey.add')}
          </Button>
        )}
      </Group>
      {!passkeysWork() && (
        <Text size="xs" c="dimmed">
          {t('safety.passkey.notHere')}
        </Text>
      )}
      {app && <AppDialog setUp={app} onDone={added} onClose={() => setApp(null)} />}
      {passkey && <PasskeyDialog onDone={added} onClose={() => setPasskey(false)} />}
      {codes && <CodesDialog codes={codes} onClose={finish} />}
      {dialog}
    </Stack>
  );
}

const ICONS = { totp: IconDeviceMobile, webauthn: IconFingerprint, recovery_codes: IconLifebuoy } as const;

function FactorRow({ factor, onCodes }: { factor: Factor; onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  const name = factor.type === 'webauthn' ? (factor.name ?? '') : t(`safety.kind.${factor.type}`);
  return (
    <>
      <What icon={ICONS[factor.type]} name={name}>
        {factor.type === 'recovery_codes' ? (
          t('safety.codes.left', { count: factor.unused_code_count ?? 0 })
        ) : (
          <Used factor={factor} />
        )}
      </What>
      {factor.type === 'totp' && <RemoveApp />}
      {factor.type === 'webauthn' && <RemovePasskey id={factor.id ?? 0} name={name} />}
      {factor.type === 'recovery_codes' && <NewCodes onCodes={onCodes} />}
    </>
  );
}

function Used({ factor }: { factor: Factor }) {
  const { t } = useTranslation();
  const date = (seconds: number) => day(new Date(seconds * 1000));
  const since = t('safety.since', { time: date(factor.created_at) });
  return <>{factor.last_used_at ? `${since} · ${t('safety.used', { time: date(factor.last_used_at) })}` : since}</>;
}

function What({ icon: Icon, name, children }: { icon: ComponentType<IconProps>; name: string; children: ReactNode }) {
  return (
    <div className={classes.what}>
      <Icon size={18} aria-hidden />
      <div>
        <Text fw={550}>{name}</Text>
        <Text size="xs" c="dimmed">
          {children}
        </Text>
      </div>
    </div>
  );
}

/** With none or few left, a lost phone would lock its owner out. */
function FewCodes({ factors }: { factors: readonly Factor[] }) {
  const { t } = useTranslation();
  const left = factors.find((one) => one.type === 'recovery_codes')?.unused_code_count ?? 0;
  if (left > 2) return null;
  return (
    <Alert color="yellow" variant="light">
      {t('safety.codes.few', { count: left })}
    </Alert>
  );
}

const QUIET = { size: 'compact-sm', variant: 'subtle', color: 'gray' } as const;

function RemoveApp() {
  const { t } = useTranslation();
  const remove = useRemoveApp();
  return (
    <Remove
      name={t('safety.kind.totp')}
      text={t('safety.app.removeText')}
      action={() => remove.mutateAsync(undefined)}
    />
  );
}

function RemovePasskey({ id, name }: { id: number; name: string }) {
  const { t } = useTranslation();
  const remove = useRemovePasskey();
  return <Remove name={name} text={t('safety.passkey.removeText')} action={() => remove.mutateAsync(id)} />;
}

interface RemoveProps {
  name: string;
  text: string;
  action: () => Promise<unknown>;
}

function Remove({ name, text, action }: RemoveProps) {
  const { t } = useTranslation();
  const { guard, dialog } = useStepUp((error) => toast.failed(error));
  const client = useQueryClient();
  const remove = async () => {
    await action();
    toast.done(t('safety.removed', { name }));
    await client.invalidateQueries({ queryKey: ['session'] });
  };
  return (
    <>
      <ConfirmButton
        title={t('safety.removeTitle', { name })}
        text={text}
        verb={t('safety.remove')}
        danger
        button={{ ...QUIET, 'aria-label': t('safety.removeLabel', { name }) }}
        onConfirm={() => guard(remove)}
      >
        {t('safety.remove')}
      </ConfirmButton>
      {dialog}
    </>
  );
}

function NewCodes({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  const make = useNewCodes();
  const { guard, dialog } = useStepUp((error) => toast.failed(error));
  return (
    <>
      <ConfirmButton
        title={t('safety.codes.newTitle')}
        text={t('safety.codes.newText')}
        verb={t('safety.codes.new')}
        button={QUIET}
        onConfirm={() =>
          guard(() => make.mutateAsync(undefined).then(({ unused_codes = [] }) => onCodes(unused_codes)))
        }
      >
        {t('safety.codes.new')}
      </ConfirmButton>
      {dialog}
    </>
  );
}
