const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** 128 bits of chance, 32 digits: what opens a shared link. It is shown, never sent or kept. */
export const newSecret = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));

/** What the portal knows a shared link by: the SHA-256 of its secret. */
export const shareId = async (secret: string): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))));
