/** Why a neighbour was not reached, in words that follow its name: the codes are those of Node and of undici. */

/** The code of an error, or of what caused it; empty when there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** Words for a code that can only come before a request was sent; undefined for any other. */
export function unsentBecause(code: string): string | undefined {
  if (isDistrusted(code)) return `has a certificate that is not trusted (${code})`;
  if (/^(?:EPROTO|ERR_SSL)/.test(code)) return 'did not speak TLS';
  return unsent[code];
}

/** Whether a code says that the certificate is not one to trust. */
export const isDistrusted = (code: string): boolean =>
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code);

const unsent: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'was not found: its name has no address',
  EAI_AGAIN: 'was not found: the look-up of its name failed',
  EHOSTUNREACH: 'could not be reached: there is no route to it',
  ENETUNREACH: 'could not be reached: there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
};
