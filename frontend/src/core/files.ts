/** A stored file as it travels in values. */
export interface FileRef {
  file_id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
}

export function isFileRef(value: unknown): value is FileRef {
  return typeof value === 'object' && value !== null && 'file_id' in value && 'sha256' in value && 'name' in value;
}

/** Where its content is downloaded. */
export function contentAddress(file: FileRef): string {
  return `/api/artifacts/${file.file_id}/content`;
}

/** Where the text in it is read, to be looked at. */
export function previewAddress(file: FileRef): string {
  return `/api/artifacts/${file.file_id}/preview`;
}

/** Every file inside a value, each once. */
export function filesIn(value: unknown): FileRef[] {
  const found = new Map<string, FileRef>();
  const look = (one: unknown): void => {
    if (isFileRef(one)) found.set(one.file_id, one);
    else if (Array.isArray(one)) one.forEach(look);
    else if (typeof one === 'object' && one !== null) Object.values(one).forEach(look);
  };
  look(value);
  return [...found.values()];
}
