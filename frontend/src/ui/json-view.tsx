import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './json-view.module.css';
import { Marked } from './value-table';

/** `whole` is what is copied where only a part is shown. */
export function JsonView({ value, label, whole = value }: { value: unknown; label: string; whole?: unknown }) {
  const { t } = useTranslation();
  const text = JSON.stringify(value, null, 2) ?? '';
  return (
    <div className={classes.box}>
      <CopyButton value={whole === value ? text : (JSON.stringify(whole, null, 2) ?? '')}>
        {({ copied, copy }) => (
          <Button
            className={classes.copy}
            size="compact-xs"
            variant="default"
            leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            onClick={copy}
          >
            {copied ? t('ui.copied') : t('ui.copy')}
          </Button>
        )}
      </CopyButton>
      <section aria-label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={classes.text} tabIndex={0}>
          <Marked text={text} />
        </pre>
      </section>
    </div>
  );
}
