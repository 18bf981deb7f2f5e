import { Button, TextInput, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type McpServer, type McpTool, useLookAtServer, useTakeMcpTools } from '@/api/tools';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './adding.module.css';
import { AddingPage } from './adding-page';
import { Candidates, type Choice } from './candidates';
import { ConnectionChoice } from './connection-choice';

/** Tools of a server that speaks the Model Context Protocol: it is asked what it offers, a person chooses. */
export default function McpPage() {
  const { t } = useTranslation();
  const look = useLookAtServer();
  const [url, setUrl] = useState('');
  const [credential, setCredential] = useState<string | null>(null);
  const [asked, setAsked] = useState<McpServer | null>(null);
  const ask = (server: McpServer) => {
    setAsked(server);
    look.mutate(server);
  };
  return (
    <AddingPage title={t('tools.mcp.title')} lead={t('tools.mcp.lead')}>
      <div className={classes.form}>
        <form
          className={classes.card}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (url.trim()) ask({ url: url.trim(), credential });
          }}
        >
          <TextInput
            label={t('tools.mcp.url')}
            description={t('tools.mcp.urlHint')}
            placeholder="https://tools.example.com/mcp"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <ConnectionChoice value={credential} onChange={setCredential} />
          <ProblemAlert error={look.error} />
          <div className={classes.foot}>
            <Button type="submit" loading={look.isPending} disabled={!url.trim()}>
              {t('tools.mcp.look')}
            </Button>
          </div>
        </form>
        {look.data && asked && <Offered key={look.submittedAt} server={asked} tools={look.data} />}
      </div>
    </AddingPage>
  );
}

function Offered({ server, tools }: { server: McpServer; tools: McpTool[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const take = useTakeMcpTools();
  const [chosen, setChosen] = useState<Choice>({});
  const candidates = tools.map((one) => ({
    name: one.name,
    description: one.description,
    effect: one.says_it_only_reads ? ('read' as const) : ('write' as const),
    taken: one.taken,
    changed: one.changed,
    problem: one.problem,
  }));
  const wanted = tools.flatMap(({ name, pin }) => {
    const how = chosen[name];
    return how ? [{ tool: name, pin, ...how }] : [];
  });
  const submit = () =>
    take.mutate(
      { ...server, tools: wanted },
      {
        onSuccess: async (made) => {
          toast.done(t('tools.added', { count: made.length }));
          await navigate({ to: '/assets' });
        },
      },
    );
  return (
    <section aria-labelledby="offered" className={classes.form}>
      <Title order={2} id="offered">
        {t('tools.mcp.offered')}
      </Title>
      <Candidates candidates={candidates} chosen={chosen} onChange={setChosen} />
      <ProblemAlert error={take.error} />
      <div className={classes.foot}>
        <Button
          loading={take.isPending}
          disabled={wanted.length === 0 || wanted.some((one) => !one.title.trim())}
          onClick={submit}
        >
          {t('tools.take', { count: wanted.length })}
        </Button>
      </div>
    </section>
  );
}
