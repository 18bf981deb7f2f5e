import { Text } from '@mantine/core';
import {
  IconFile,
  IconFileText,
  IconFileTypeCsv,
  IconFileTypeDocx,
  IconFileTypePdf,
  IconFileTypeXls,
  IconMail,
  IconPhoto,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { contentAddress, type FileRef } from '@/core/files';
import { fileSize } from '@/core/time';
import classes from './file-link.module.css';

type Icon = typeof IconFile;

const BY_TYPE: [RegExp, Icon][] = [
  [/pdf/, IconFileTypePdf],
  [/rfc822|ms-outlook/, IconMail],
  [/^image\//, IconPhoto],
  [/csv/, IconFileTypeCsv],
  [/spreadsheet|excel/, IconFileTypeXls],
  [/word/, IconFileTypeDocx],
  [/^text\//, IconFileText],
];

export function FileIcon({ mediaType, size = 20 }: { mediaType: string; size?: number }) {
  const Found = BY_TYPE.find(([pattern]) => pattern.test(mediaType))?.[1] ?? IconFile;
  return <Found size={size} stroke={1.6} aria-hidden />;
}

/** A stored file by its name, to download. */
export function FileLink({ file }: { file: FileRef }) {
  const { t } = useTranslation();
  return (
    <a
      className={classes.file}
      href={contentAddress(file)}
      download={file.name}
      aria-label={t('ui.download', { name: file.name, size: fileSize(file.size) })}
    >
      <FileIcon mediaType={file.media_type} />
      <span className={classes.name}>{file.name}</span>
      <Text span size="xs" c="dimmed" className={classes.size}>
        {fileSize(file.size)}
      </Text>
    </a>
  );
}
