/** Ids as the documentation shows them. */
/** One of each kind of id; test/api/example-world.ts makes the very things that have them. */
export const EXAMPLE_PARAMS: Readonly<Record<string, string>> = {
  accountId: 'k7Q2mXv9Lb4TzR1c',
  ruleId: 'R5nW8yHd3FsJ6pAe',
  webhookId: 'Hk4pQz7Wc9Lm2XvT',
  listName: 'vips',
  revision: '1',
  folderId: '4',
  applicationId: 'w2Jt6pXc9KdVnQ4s',
  activityId: 'k7Q2mXv9Lb4TzR1c-mm8z8mlc-1-0',
  messageId: 'azdRMm1YdjlMYjRUelIxYy4xLjE3MDAwMDAwMDAuNDI',
};
