/** Passkeys, as browsers make and use them. The server's options and our answers are JSON. */

/** The person closed the browser's dialog, or let it run out. */
export class PasskeyCancelled extends Error {}

/** A passkey of this device is known already. */
export class PasskeyKnown extends Error {}

/** They need a safe connection and a host with a name; an address in numbers will not do. */
export function passkeysWork(): boolean {
  const named = !/^[\d.]+$|:/.test(window.location.hostname);
  const able =
    typeof PublicKeyCredential !== 'undefined' &&
    'parseCreationOptionsFromJSON' in PublicKeyCredential &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential;
  return window.isSecureContext && named && able;
}

export interface CreationOptions {
  publicKey: PublicKeyCredentialCreationOptionsJSON;
}

export interface RequestOptions {
  publicKey: PublicKeyCredentialRequestOptionsJSON;
}

export async function makePasskey({ publicKey }: CreationOptions): Promise<unknown> {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  return asked(() => navigator.credentials.create({ publicKey: options }));
}

export async function askPasskey({ publicKey }: RequestOptions): Promise<unknown> {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  return asked(() => navigator.credentials.get({ publicKey: options }));
}

async function asked(browser: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await browser();
    if (credential instanceof PublicKeyCredential) return credential.toJSON();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') throw new PasskeyKnown();
    if (!(error instanceof DOMException)) throw error;
  }
  throw new PasskeyCancelled();
}
