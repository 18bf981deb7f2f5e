import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Modal,
  NumberInput,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAskReplacement } from '@/api/replacements';
import { useWorkspace } from '@/api/session';
import type { AssetDetail } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { LIVE } from './alias-tags';
import classes from './quality.module.css';

const HOWS = ['canary', 'shadow', 'at_once'] as const;
const START = {
  percent: 10,
  calls: 200,
  by_itself: true,
  more_failures: 2,
  slower: 150,
  agreement: 80,
};

interface AskProps {
  asset: AssetDetail;
  opened: boolean;
  onClose(): void;
}

/** Asks that a name means another version; a second person decides. */
export function AskReplacement({ asset, opened, onClose }: AskProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('replacement.askTitle')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Fields asset={asset} onClose={onClose} />
    </Modal>
  );
}

function Fields({ asset, onClose }: Omit<AskProps, 'opened'>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { four_eyes } = useWorkspace();
  const ask = useAskReplacement(asset.id);
  const form = useForm({
    initialValues: {
      alias: asset.aliases.find(({ name }) => name === LIVE)?.name ?? asset.aliases[0]?.name ?? LIVE,
      version: '',
      how: 'canary' as (typeof HOWS)[number],
      reason: '',
      ...START,
    },
    validate: {
      version: (value) => (value ? null : t('replacement.needsVersion')),
      reason: (value) => (value.trim() ? null : t('replacement.needsReason')),
    },
  });
  const { alias, how } = form.values;
  const meant = asset.aliases.find(({ name }) => name === alias)?.version;
  const submit = form.onSubmit(({ alias: name, version, reason, ...plan }) =>
    ask.mutate(
      { alias: name, version: Number(version), reason, plan },
      {
        onSuccess: ({ id }) => {
          toast.done(t('replacement.asked'));
          onClose();
          void navigate({ to: '/assets/$id/requests/$request', params: { id: asset.id, request: id } });
        },
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text c="dimmed">
          {t('replacement.askLead')} {four_eyes === 'self_with_reason' && t('replacement.askSelf')}
        </Text>
        <ProblemAlert error={ask.error} />
        <Group align="flex-start" grow>
          <Select
            label={t('replacement.version')}
            data-autofocus
            data={asset.versions
              .filter(({ number }) => number !== meant)
              .map(({ number, note }) => ({
                value: String(number),
                label: note
                  ? t('replacement.versionNote', { number, note })
                  : t('replacement.versionOption', { number }),
              }))}
            {...form.getInputProps('version')}
          />
          <Select
            label={t('replacement.alias')}
            allowDeselect={false}
            data={asset.aliases.map(({ name }) => name)}
            {...form.getInputProps('alias')}
          />
        </Group>
        <Radio.Group label={t('replacement.how')} {...form.getInputProps('how')}>
          <Stack gap="xs" mt="xs">
            {HOWS.map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`replacement.howName.${one}`)}
                description={t(`replacement.howHint.${one}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {how !== 'at_once' && <Trial form={form} canary={how === 'canary'} />}
        <Textarea
          label={t('replacement.reason')}
          description={t('replacement.reasonHint')}
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps('reason')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={ask.isPending}>
            {t('replacement.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Inputs {
  getInputProps(name: keyof typeof START, options?: { type: 'checkbox' }): object;
}

function Trial({ form, canary }: { form: Inputs; canary: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.bar}>
        {canary && <NumberInput label={t('replacement.percent')} min={1} max={90} {...form.getInputProps('percent')} />}
        <NumberInput label={t('replacement.calls')} min={30} max={1_000_000} {...form.getInputProps('calls')} />
      </div>
      <Checkbox label={t('replacement.byItself')} {...form.getInputProps('by_itself', { type: 'checkbox' })} />
      <Fieldset legend={t('replacement.limits')}>
        <Stack gap="sm">
          <NumberInput
            label={t('replacement.moreFailures')}
            min={0}
            max={100}
            {...form.getInputProps('more_failures')}
          />
          <NumberInput label={t('replacement.slower')} min={100} max={10_000} {...form.getInputProps('slower')} />
          <NumberInput label={t('replacement.agreement')} min={0} max={100} {...form.getInputProps('agreement')} />
        </Stack>
      </Fieldset>
    </>
  );
}
