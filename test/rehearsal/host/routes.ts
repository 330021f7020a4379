/** Which of an HTTP API's routes a request takes: the one that says most about it (API Gateway's developer guide, "Routing API requests"). */

export type Matched<Route> = { readonly route: Route; readonly parameters: Readonly<Record<string, string>> };

/** `key` is a route key: `GET /v1/rules/{ruleId}`, `ANY /v1/{proxy+}`, `$default`. */
export const matchRouteKey = <Route extends { readonly key: string }>(
  routes: readonly Route[],
  method: string,
  path: string,
): Matched<Route> | undefined =>
  routes
    .flatMap((route) => {
      const found = fitOf(route.key, method, path);
      return found === undefined ? [] : [{ route, ...found }];
    })
    .sort((a, b) => b.rank - a.rank)
    .map(({ route, parameters }) => ({ route, parameters }))[0];

/** Full paths before greedy ones, of those the longer; words before variables; a method before ANY. */
const fitOf = (
  key: string,
  method: string,
  path: string,
): { rank: number; parameters: Record<string, string> } | undefined => {
  if (key === '$default') return { rank: 0, parameters: {} };
  const [wantedMethod = '', pattern = ''] = key.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return undefined;
  const [wanted, given] = [pattern.split('/').slice(1), path.split('/').slice(1)];
  const parameters: Record<string, string> = {};
  let rank = wantedMethod === 'ANY' ? 1 : 2;
  for (const [i, part] of wanted.entries()) {
    const [, name, greedy] = /^\{([^+}]+)(\+)?\}$/.exec(part) ?? [];
    const segment = given[i];
    if (segment === undefined || segment === '') return undefined;
    if (name === undefined) {
      if (part !== segment) return undefined;
      rank += 100;
    } else if (greedy === undefined) {
      parameters[name] = decodeURIComponent(segment);
      rank += 10;
    } else {
      parameters[name] = decodeURIComponent(given.slice(i).join('/'));
      return { rank, parameters };
    }
  }
  return given.length === wanted.length ? { rank: rank + 100_000, parameters } : undefined;
};
