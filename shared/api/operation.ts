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

export type ParamsOf<Id extends OperationId> = { readonly [Name in ParamNames<RouteOf<Id>['path']>]: string };

/** A request that was checked: path, query and body are as the route says. */
export type OperationRequest<Id extends OperationId> = {
  readonly tenant: string;
  readonly params: ParamsOf<Id>;
  readonly query: RouteOf<Id> extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined;
  readonly body: RouteOf<Id> extends { body: { parse: (input: unknown) => infer Body } } ? Body : undefined;
  readonly ifMatch: RouteOf<Id> extends { ifMatch: 'required' } ? RevisionWanted : undefined;
  /** For the new thing: the same when the request is sent again under its Idempotency-Key. */
  readonly newId: string;
};

type DeepReadonly<T> = T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> } : T;

/** What a route's success says in its body; undefined where it has none. */
export type AnswerBody<Id extends OperationId> =
  RouteOf<Id> extends { answer: infer Schema extends z.ZodType } ? DeepReadonly<z.output<Schema>> : undefined;

export type Answer<Body = unknown> = {
  readonly body: Body;
  /** Makes the ETag. */
  readonly revision?: number;
  /** Where the new thing is. */
  readonly location?: string;
};

export type Operation<Deps, Id extends OperationId> = (
  deps: Deps,
  request: OperationRequest<Id>,
) => Promise<Answer<AnswerBody<Id>>>;
export type Operations<Deps, Id extends OperationId> = { readonly [Each in Id]: Operation<Deps, Each> };
