import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import type { JsonSchema, NodeTypeInfo } from '@/core/graph/document';
import { isExpr, isText } from '@/core/graph/formulas';
import { plainSchema, propertiesOf } from '@/core/graph/schema';
import { label, plainText } from '@/core/values';

type Known = 'name';

/** Where a setting stands and what it says, in the words of its step. */
export interface SettingWords {
  field(type: NodeTypeInfo | undefined, path: readonly string[]): string;
  value(value: unknown): string;
}

export function useSettingWords(): SettingWords {
  const { t } = useTranslation();
  const mayUse = useCan('credential:use');
  const { rows } = useCredentials(mayUse);
  const field = useCallback(
    (type: NodeTypeInfo | undefined, path: readonly string[]) => {
      const [part = '', ...rest] = path;
      const own = part === 'config' ? titlesOf(type, rest) : path.slice(0, 1).concat(rest);
      return own
        .map((word) => (part === 'config' ? word : t(`versions.field.${word as Known}`, { defaultValue: label(word) })))
        .join(' › ');
    },
    [t],
  );
  const value = useCallback(
    (one: unknown): string => {
      if (one === undefined || one === null || one === '') return t('versions.value.empty');
      if (typeof one === 'boolean') return t(one ? 'versions.value.yes' : 'versions.value.no');
      if (isExpr(one)) return t('versions.value.formula', { formula: one.$expr });
      if (isText(one)) return one.$text;
      if (Array.isArray(one) && one.length === 0) return t('versions.value.empty');
      if (Array.isArray(one)) return one.map((each) => value(each)).join(', ');
      if (typeof one === 'object') {
        return Object.entries(one)
          .map(([key, each]) => `${label(key)}: ${value(each)}`)
          .join('; ');
      }
      return rows.find((row) => row.id === one)?.name ?? plainText(one);
    },
    [t, rows],
  );
  return { field, value };
}

function titlesOf(type: NodeTypeInfo | undefined, path: readonly string[]): string[] {
  let schema: JsonSchema = plainSchema(type?.config_schema ?? {});
  return path.map((key) => {
    const inner = (schema.items ?? schema) as JsonSchema;
    const found = propertiesOf(inner).find(([name]) => name === key)?.[1];
    // The entries of a list are called by names of their own.
    if (found) schema = found;
    return typeof found?.title === 'string' ? found.title : label(key);
  });
}
