/** Which routes a path and a method mean. */
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

const PATTERNS = new Map(
  ROUTES.map(({ path }) => [path as string, new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`)] as const),
);

/** A path that stands in the table as it is means nothing else: `/v1/rules/export` is no rule. */
const routesAt = (path: string): readonly Route[] => {
  const matching = ROUTES.filter((route) => PATTERNS.get(route.path)?.test(path));
  const literal = matching.filter((route) => !route.path.includes('{'));
  return literal.length > 0 ? literal : matching;
};

/** HEAD is answered where GET costs no connection to a mail server. */
const methodsOf = ({ method, opensMailbox }: Route): string[] =>
  method === 'GET' && !opensMailbox ? ['GET', 'HEAD'] : [method];

/** For `Allow` (RFC 9110 section 10.2.1); empty when there is no such path. */
export const allowedMethods = (path: string): readonly string[] => {
  const methods = routesAt(path).flatMap(methodsOf);
  return methods.length === 0 ? [] : [...methods, 'OPTIONS'].sort();
};

export const matchRoute = (method: string, path: string): Route | undefined =>
  routesAt(path).find((route) => methodsOf(route).includes(method));
