import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';

interface DownloadButtonProps extends ButtonProps {
  href: string;
  /** What the file is called, where the server does not say. */
  name?: string;
  title?: string;
}

/** Saves what the server has at an address. */
export function DownloadButton({ name, ...button }: DownloadButtonProps) {
  return (
    <Button
      component="a"
      download={name ?? true}
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      {...button}
    />
  );
}
