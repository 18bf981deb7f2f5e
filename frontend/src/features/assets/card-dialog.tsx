import { Button, Group, Modal, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Card, useAssets, useChangeCard } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { RISKS } from './list-search';
import { OwnerChoice } from './owner-choice';

const LONGEST = 5_000;
const MOST_TAGS = 20;
const LONGEST_TAG = 40;

/** What is said of it beside its versions: for people, and for the register of AI systems. */
export function CardDialog({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t('assets.card.dialog', { title: asset.title })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <CardForm asset={asset} onClose={onClose} />
    </Modal>
  );
}

function CardForm({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeCard(asset.id);
  const before = cardOf(asset);
  const form = useForm({
    initialValues: before,
    validate: { title: (value) => (value.trim() ? null : t('assets.card.needsTitle')) },
  });
  const save = form.onSubmit((values) =>
    change.mutate(changesOf(before, values), {
      onSuccess: () => {
        toast.done(t('assets.card.saved', { title: values.title }));
        onClose();
      },
      onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
    }),
  );
  return (
    <form onSubmit={save} noValidate>
      <Stack gap="md">
        <ProblemAlert error={change.error} />
        <TextInput
          label={t('assets.card.title')}
          maxLength={200}
          withAsterisk={false}
          required
          data-autofocus
          {...form.getInputProps('title')}
        />
        <Long label={t('assets.card.description')} props={form.getInputProps('description')} />
        <Long
          label={t('assets.card.purpose')}
          hint={t('assets.card.purposeHint')}
          props={form.getInputProps('purpose')}
        />
        <Select
          label={t('assets.card.risk')}
          allowDeselect={false}
          data={RISKS.map((risk) => ({ value: risk, label: t(`assets.risk.${risk}`) }))}
          description={t(`assets.risk.${form.values.risk_class}Text`)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...form.getInputProps('risk_class')}
        />
        <Long
          label={t('assets.card.oversight')}
          hint={t('assets.card.oversightHint')}
          props={form.getInputProps('oversight')}
        />
        {asset.may.share && (
          <OwnerChoice
            asset={asset}
            value={form.values.owner}
            error={form.errors.owner}
            onChange={(owner) => form.setFieldValue('owner', owner)}
          />
        )}
        <TextInput
          type="date"
          label={t('assets.card.review')}
          description={t('assets.card.reviewHint')}
          {...form.getInputProps('review_on')}
        />
        <TagsInput
          label={t('assets.card.tags')}
          description={t('assets.card.tagsHint')}
          maxTags={MOST_TAGS}
          acceptValueOnBlur
          value={form.values.tags}
          error={form.errors.tags}
          onChange={(tags) =>
            form.setFieldValue('tags', tags.map((tag) => tag.trim().slice(0, LONGEST_TAG)).filter(Boolean))
          }
        />
        {asset.kind !== 'data_set' && (
          <MeasuredBy
            value={form.values.evaluation_set}
            error={form.errors.evaluation_set}
            onChange={(set) => form.setFieldValue('evaluation_set', set)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t('assets.card.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Long({ label, hint, props }: { label: string; hint?: string; props: object }) {
  return <Textarea label={label} description={hint} autosize minRows={2} maxRows={8} maxLength={LONGEST} {...props} />;
}

interface MeasuredByProps {
  value: string | null;
  error: React.ReactNode;
  onChange: (set: string | null) => void;
}

function MeasuredBy({ value, error, onChange }: MeasuredByProps) {
  const { t } = useTranslation();
  const sets = useAssets({ kind: 'data_set' });
  return (
    <Select
      label={t('assets.card.measured')}
      description={t('assets.card.measuredHint')}
      placeholder={sets.rows.length === 0 ? t('assets.card.noSets') : ''}
      clearable
      searchable
      data={sets.rows.map((set) => ({ value: set.id, label: set.title }))}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

interface Values extends Required<Omit<Card, 'review_on' | 'owner' | 'evaluation_set'>> {
  owner: string | null;
  evaluation_set: string | null;
  /** Empty: not planned. */
  review_on: string;
}

function cardOf(asset: AssetDetail): Values {
  return {
    title: asset.title,
    description: asset.description,
    purpose: asset.purpose,
    risk_class: asset.risk_class,
    oversight: asset.oversight,
    owner: asset.owner?.id ?? null,
    review_on: asset.review_on ?? '',
    tags: [...asset.tags],
    evaluation_set: asset.evaluation_set?.id ?? null,
  };
}

/** Only what is different is sent: a shipped text in the reader's language is not written back in it. */
function changesOf(before: Values, after: Values): Card {
  const changed = (Object.keys(after) as (keyof Values)[]).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  const changes = Object.fromEntries(changed.map((name) => [name, after[name]])) as Card;
  return 'review_on' in changes ? { ...changes, review_on: changes.review_on || null } : changes;
}
