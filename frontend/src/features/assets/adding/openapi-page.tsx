import { Button, FileButton, SegmentedControl, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { IconFile } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Interface, type Source, useLookAtInterface, useTakeOperations } from '@/api/tools';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './adding.module.css';
import { AddingPage } from './adding-page';
import { Candidates, type Choice } from './candidates';
import { ConnectionChoice } from './connection-choice';

/** Operations of an HTTP interface become tools: its description is read, a person chooses. */
export default function OpenApiPage() {
  const { t } = useTranslation();
  const look = useLookAtInterface();
  const [source, setSource] = useState<Source | null>(null);
  const read = (next: Source) => {
    setSource(next);
    look.mutate(next);
  };
  const { data } = look;
  return (
    <AddingPage title={t('tools.openapi.title')} lead={t('tools.openapi.lead')}>
      <div className={classes.form}>
        <SourceForm busy={look.isPending} error={look.error} onRead={read} />
        {data && source && <Operations key={data.digest} source={source} found={data} onChanged={() => read(source)} />}
      </div>
    </AddingPage>
  );
}

const WAYS = ['address', 'text'] as const;
type Way = (typeof WAYS)[number];

interface SourceFormProps {
  busy: boolean;
  error: unknown;
  onRead: (source: Source) => void;
}

function SourceForm({ busy, error, onRead }: SourceFormProps) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>('address');
  const [document, setDocument] = useState('');
  const [address, setAddress] = useState('');
  const ready = way === 'address' ? address.trim() !== '' : document.trim() !== '';
  const choose = (file: File | null) => void file?.text().then(setDocument);
  return (
    <form
      className={classes.card}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onRead({ document: way === 'text' ? document : '', address: address.trim() });
      }}
    >
      <SegmentedControl
        aria-label={t('tools.openapi.way')}
        value={way}
        onChange={(value) => setWay(WAYS.find((one) => one === value) ?? 'address')}
        data={WAYS.map((value) => ({ value, label: t(`tools.openapi.${value}`) }))}
      />
      {way === 'text' && (
        <Stack gap="xs">
          <Textarea
            label={t('tools.openapi.document')}
            description={t('tools.openapi.documentHint')}
            autosize
            minRows={6}
            maxRows={14}
            spellCheck={false}
            value={document}
            onChange={(event) => setDocument(event.currentTarget.value)}
          />
          <div>
            <FileButton onChange={choose} accept=".json,application/json">
              {(props) => (
                <Button {...props} variant="default" size="xs" leftSection={<IconFile size={16} aria-hidden />}>
                  {t('tools.openapi.file')}
                </Button>
              )}
            </FileButton>
          </div>
        </Stack>
      )}
      <TextInput
        label={way === 'text' ? t('tools.openapi.cameFrom') : t('tools.openapi.where')}
        description={way === 'text' ? t('tools.openapi.cameFromHint') : undefined}
        placeholder="https://api.example.com/openapi.json"
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <ProblemAlert error={error} />
      <div className={classes.foot}>
        <Button type="submit" loading={busy} disabled={!ready}>
          {t('tools.openapi.read')}
        </Button>
      </div>
    </form>
  );
}

interface OperationsProps {
  source: Source;
  found: Interface;
  onChanged: () => void;
}

function Operations({ source, found, onChanged }: OperationsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const take = useTakeOperations();
  const [chosen, setChosen] = useState<Choice>({});
  const [credential, setCredential] = useState<string | null>(null);
  const candidates = found.operations.map((one) => ({
    name: one.name,
    source: `${one.method} ${one.path}`,
    description: one.description,
    effect: one.effect,
    taken: one.taken,
  }));
  const operations = Object.entries(chosen).map(([operation, how]) => ({ operation, ...how }));
  const submit = () =>
    take.mutate(
      { ...source, digest: found.digest, credential, operations },
      {
        onSuccess: async (made) => {
          toast.done(t('tools.added', { count: made.length }));
          await navigate({ to: '/assets' });
        },
      },
    );
  const moved = take.error && 'code' in take.error && take.error.code === 'document_changed';
  return (
    <section aria-labelledby="operations" className={classes.form}>
      <Title order={2} id="operations">
        {found.title || t('tools.openapi.operations')}
      </Title>
      <Candidates candidates={candidates} chosen={chosen} onChange={setChosen} />
      <LeftOut left={found.left_out} />
      {operations.length > 0 && (
        <>
          <Demanded found={found} chosen={chosen} />
          <ConnectionChoice value={credential} onChange={setCredential} />
        </>
      )}
      <ProblemAlert error={take.error} retry={moved ? onChanged : undefined} />
      <div className={classes.foot}>
        <Button
          loading={take.isPending}
          disabled={operations.length === 0 || operations.some((one) => !one.title.trim())}
          onClick={submit}
        >
          {t('tools.take', { count: operations.length })}
        </Button>
      </div>
    </section>
  );
}

function LeftOut({ left }: { left: Interface['left_out'] }) {
  const { t } = useTranslation();
  if (left.length === 0) return null;
  return (
    <details>
      <summary>{t('tools.openapi.leftOut', { count: left.length })}</summary>
      <ul className={classes.leftOut}>
        {left.map((one) => (
          <li key={one.operation}>
            <code>{one.operation}</code>: {one.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What the other system wants to see, so that the right connection is chosen. */
function Demanded({ found, chosen }: { found: Interface; chosen: Choice }) {
  const { t } = useTranslation();
  const demanded = new Map(
    found.operations
      .filter((one) => chosen[one.name])
      .flatMap((one) => one.security)
      .map((one) => [one.name, [one.kind, one.place, one.field].filter(Boolean).join(' · ')]),
  );
  if (demanded.size === 0) return null;
  return (
    <Text size="sm">
      {t('tools.openapi.demands', { names: [...demanded].map(([name, how]) => `${name} (${how})`).join(', ') })}
    </Text>
  );
}
