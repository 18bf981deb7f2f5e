/** The nonce of this page: styles made at run time carry it, or the content security policy refuses them. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Where the scroll lock of dialogs looks for it.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
