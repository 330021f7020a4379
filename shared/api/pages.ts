/** What everybody may read without a token: the OpenAPI document, and the same as a page. */

export type Page = { readonly contentType: string; readonly body: string };
/** By path; loaded and made when first asked for, as most workers never are. */
export type Pages = Readonly<Record<string, () => Promise<Page>>>;

const kept = (make: () => Promise<Page>): (() => Promise<Page>) => {
  let page: Promise<Page> | undefined;
  return () => {
    page ??= make();
    return page;
  };
};

export const PAGES: Pages = {
  '/openapi.json': kept(async () => {
    const { openApiText } = await import('./openapi/document-text.ts');
    return { contentType: 'application/json', body: openApiText() };
  }),
  '/docs': kept(async () => {
    const [{ docsPage }, { openApiDocument }] = await Promise.all([
      import('./openapi/docs-page.ts'),
      import('./openapi/document.ts'),
    ]);
    return { contentType: 'text/html; charset=utf-8', body: docsPage(openApiDocument()) };
  }),
};
