/** What everybody may read without a token: the OpenAPI document, and the same as a page. */
import { docsPage } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/document.ts';

export type Page = { readonly contentType: string; readonly body: string };
/** By path; made when first asked for, as most workers never are. */
export type Pages = Readonly<Record<string, () => Page>>;

export const openApiText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;

const kept = (make: () => Page): (() => Page) => {
  let page: Page | undefined;
  return () => {
    page ??= make();
    return page;
  };
};

export const PAGES: Pages = {
  '/openapi.json': kept(() => ({ contentType: 'application/json', body: openApiText() })),
  '/docs': kept(() => ({ contentType: 'text/html; charset=utf-8', body: docsPage(openApiDocument()) })),
};
