import { Stack, Textarea, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRegisterAsset } from '@/api/assets';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../assets.module.css';
import { slug } from './slug';
import { type Made, type Way, wayOf } from './ways';

/** `/assets/add/<way>`: something new, with its first version, which is live at once. */
export default function AddPage() {
  const { t } = useTranslation();
  const { way: key } = useParams({ from: '/authed/shell/assets/add/$way' });
  const way = wayOf(key);
  const may = useCan('asset:modify');
  if (!may) return <TurnedAway />;
  const back = (
    <TextLink to="/assets" size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.assets')}
    </TextLink>
  );
  if (!way) {
    return (
      <Page title={t('making.add')} back={back}>
        {t('making.noWay')}
      </Page>
    );
  }
  return (
    <Page title={t(`making.way.${way.key}.add`)} lead={t(`making.way.${way.key}.text`)} back={back} width="narrow">
      <Suspense fallback={<Waiting />}>
        <Add way={way} />
      </Suspense>
    </Page>
  );
}

function Add({ way }: { way: Way }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const register = useRegisterAsset();
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [tried, setTried] = useState(false);
  const name = slug(title);
  const add = ({ task, version }: Made) => {
    setTried(true);
    if (!name) return;
    register.mutate(
      { name, kind: way.kind, task, title: title.trim(), description: description.trim(), version },
      {
        onSuccess: (asset) => {
          toast.done(t('making.added', { title: asset.title }));
          void navigate({ to: '/assets/$id', params: { id: asset.id }, search: {} });
        },
      },
    );
  };
  const about = (
    <Stack gap="md">
      <TextInput
        label={t('making.title')}
        description={name ? t('making.titleName', { name }) : t('making.titleHint')}
        withAsterisk={false}
        required
        maxLength={100}
        data-autofocus
        error={tried && !name ? t('making.needs.title') : undefined}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={t('assets.card.description')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={5000}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </Stack>
  );
  const Form = way.load;
  return (
    <Form
      before={null}
      task={undefined}
      about={about}
      submit={t('making.submit')}
      busy={register.isPending}
      error={register.error}
      onSubmit={add}
      onCancel={() => void navigate({ to: '/assets' })}
    />
  );
}
