import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type Rest<P> = Omit<ComponentPropsWithRef<'a'>, keyof P>;

/** Links of the application that look like buttons, text or menu entries; they take the router's typed addresses. */
export const ButtonLink = createLink((props: ButtonProps & Rest<ButtonProps>) => <Button component="a" {...props} />);

export const TextLink = createLink((props: AnchorProps & Rest<AnchorProps>) => <Anchor {...props} />);

export const MenuLink = createLink((props: MenuItemProps & Rest<MenuItemProps>) => (
  <Menu.Item component="a" {...props} />
));
