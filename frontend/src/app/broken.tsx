import { Button, VisuallyHidden } from '@mantine/core';
import { IconAlertOctagon, IconMapQuestion } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { ButtonLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';
import { Details } from '@/ui/problem-alert';
import { told } from '@/ui/told';

/** Something failed while a page was drawn or its code was fetched. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <main id="main">
      <div role="alert">
        <VisuallyHidden component="h1">{t('app.broken.title')}</VisuallyHidden>
      </div>
      <EmptyState
        icon={IconAlertOctagon}
        title={t('app.broken.title')}
        text={isApiError(error) ? told(error) : t('app.broken.text')}
        action={<Button onClick={() => window.location.reload()}>{t('app.broken.reload')}</Button>}
      />
      <div style={{ maxWidth: 560, margin: '0 auto' }}>
        <Details text={error instanceof Error ? error.message : String(error)} />
      </div>
    </main>
  );
}

export function NotThere() {
  const { t } = useTranslation();
  return (
    <main id="main">
      <VisuallyHidden component="h1">{t('app.notThere.title')}</VisuallyHidden>
      <EmptyState
        icon={IconMapQuestion}
        title={t('app.notThere.title')}
        text={t('app.notThere.text')}
        action={<ButtonLink to="/">{t('app.notThere.home')}</ButtonLink>}
      />
    </main>
  );
}
