/** Who may do what: users by bearer token, and the rules of their roles. */

/** One rule of a role, as in RBAC. `*` stands for everything. */
export type Rule = {
  readonly apiGroups: readonly string[];
  /** Plural names; a subresource is `deployments/scale`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  /** Where the rule holds; left out, in the whole cluster. */
  readonly namespaces?: readonly string[];
};

/** Somebody with a token. */
export type User = {
  readonly token: string;
  readonly name: string;
  readonly groups?: readonly string[];
  readonly rules: readonly Rule[];
  /** The token was good once; the answer to it is 401. */
  readonly expired?: boolean;
};

/** What somebody wants to do to a resource. */
export type Attempt = {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `deployments/scale`. */
  readonly resource: string;
  /** Empty at the cluster scope. */
  readonly namespace: string;
  readonly name: string;
};

/** Everybody that the cluster knows. */
export type Users = {
  readonly withToken: (token: string) => User | undefined;
  readonly all: () => readonly User[];
  /** Adds somebody, or replaces the one with that token. */
  readonly put: (user: User) => void;
};

/** Whoever sends no token. */
export const anonymous: User = {
  token: '',
  name: 'system:anonymous',
  groups: ['system:unauthenticated'],
  rules: [],
};

/** Keeps users by their tokens. */
export function createUsers(given: readonly User[]): Users {
  const byToken = new Map(given.map((user) => [user.token, user]));
  return {
    withToken: (token) => byToken.get(token),
    all: () => [...byToken.values()],
    put: (user) => void byToken.set(user.token, user),
  };
}

function holds(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes('*') || allowed.includes(wanted);
}

function allows(rule: Rule, attempt: Attempt): boolean {
  const { verb, group, resource, namespace, name } = attempt;
  if (!holds(rule.verbs, verb) || !holds(rule.apiGroups, group)) return false;
  const [, subresource] = resource.split('/');
  if (!holds(rule.resources, resource) && !(subresource && rule.resources.includes(`*/${subresource}`))) return false;
  if (rule.namespaces && !rule.namespaces.includes(namespace)) return false;
  return rule.resourceNames === undefined || rule.resourceNames.includes(name);
}

/** Whether one of the user's rules allows it. */
export function mayDo(user: User, attempt: Attempt): boolean {
  return user.rules.some((rule) => allows(rule, attempt));
}

/** The refusal, as the server writes it after `… is forbidden: `. */
export function refusal(user: User, { verb, group, resource, namespace }: Attempt): string {
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}
