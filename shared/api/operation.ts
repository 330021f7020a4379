/** How a route's use case is called: what it is given and what it answers, typed by the route table. */

import type * as z from 'zod';
import type { RevisionWanted } from '../service/revision.ts';
import type { ROUTES } from './routes.ts';

type TableRoute = (typeof ROUTES)[number];
export type OperationId = TableRoute['operationId'];
export type MailboxOperationId = Extract<TableRoute, { opensMailbox: true }>['operationId'];
export type StoreOperationId = Exclude<OperationId, MailboxOperationId>;

type RouteOf<Id extends OperationId> = Extract<TableRoute, { operationId: Id }>;

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** A request that was checked: path, query and body are as the route says. */
export type OperationRequest<Id extends OperationId> = {
  readonly tenant: string;
  readonly params: { readonly [Name in ParamNames<RouteOf<Id>['path']>]: string };
  readonly query: RouteOf<Id> extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined;
  readonly body: RouteOf<Id> extends { body: { parse: (input: unknown) => infer Body } } ? Body : undefined;
  readonly ifMatch: RouteOf<Id> extends { ifMatch: 'required' } ? RevisionWanted : undefined;
  readonly idempotencyKey: string | undefined;
};

export type Answer = {
  readonly body?: unknown;
  /** Makes the ETag. */
  readonly revision?: number;
  /** Where the new thing is. */
  readonly location?: string;
};

export type Operation<Deps, Id extends OperationId> = (deps: Deps, request: OperationRequest<Id>) => Promise<Answer>;
export type Operations<Deps, Id extends OperationId> = { readonly [Each in Id]: Operation<Deps, Each> };
