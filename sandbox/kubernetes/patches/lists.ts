/** Lists whose items Kubernetes tells apart by a key, for strategic merges and for field ownership. */

/** The list's name and the keys of its items; the first one is the merge key. */
const keys: { readonly [list: string]: readonly [string, ...string[]] } = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
  conditions: ['type'],
};

/** The keys of a list's items, or undefined for a list that is one value. */
export function itemKeys(list: string): readonly [string, ...string[]] | undefined {
  return Object.hasOwn(keys, list) ? keys[list] : undefined;
}
