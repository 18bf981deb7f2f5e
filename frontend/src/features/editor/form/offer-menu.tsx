import { Menu } from '@mantine/core';
import { IconColumns3, IconHash, IconList, IconListDetails, IconTextWrap } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Offer, OfferKind } from '@/core/graph/mapping';
import { label as labelOf, plainText } from '@/core/values';
import classes from './form.module.css';

const ICONS: Partial<Record<OfferKind, typeof IconList>> = {
  join: IconTextWrap,
  joinField: IconTextWrap,
  count: IconHash,
  field: IconListDetails,
  firstField: IconListDetails,
  whole: IconColumns3,
};

export interface OfferMenuProps {
  offers: Offer[];
  onChoose(offer: Offer): void;
  onClose(): void;
}

/** Asks what a list or a record is to become here, each way with what it gives. */
export function OfferMenu({ offers, onChoose, onClose }: OfferMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu opened onClose={onClose} position="bottom-start" width={340} shadow="md" withinPortal trapFocus>
      <Menu.Target>
        <span className={classes.offerPlace} />
      </Menu.Target>
      <Menu.Dropdown className={classes.offers} aria-label={t('editor.offer.title')}>
        <Menu.Label>{t('editor.offer.title')}</Menu.Label>
        {offers.map((offer) => {
          const Icon = ICONS[offer.kind] ?? IconList;
          const gives = offer.value === undefined ? '' : plainText(offer.value);
          return (
            <Menu.Item key={offer.formula} leftSection={<Icon size={15} aria-hidden />} onClick={() => onChoose(offer)}>
              {t(`editor.offer.${offer.kind}`, { field: labelOf(offer.field ?? '') })}
              {gives && <span className={classes.offerGives}>{gives.slice(0, 80)}</span>}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
