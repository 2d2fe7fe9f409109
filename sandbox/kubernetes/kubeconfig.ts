/** The kubeconfig with which kubectl and client libraries reach the sandbox. */

import { stringify } from 'yaml';

/** What a kubeconfig is made of. */
export type Access = {
  readonly server: string;
  readonly token: string;
  readonly namespace?: string;
  /** The sandbox's own certificate, when it speaks HTTPS. */
  readonly ca?: string;
};

/** A kubeconfig as YAML. Over HTTP it says `insecure-skip-tls-verify`: the JavaScript client refuses http:// without it. */
export function kubeconfig({ server, token, namespace = 'default', ca }: Access): string {
  const trust =
    ca === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server, ...trust } }],
    users: [{ name: 'sandbox', user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace } }],
    'current-context': 'sandbox',
  });
}
