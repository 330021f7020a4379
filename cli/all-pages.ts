/** All rows of a listing, page after page. */
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

type Page = { readonly body: { readonly nextCursor?: string | undefined } };
export type PageQuery = { readonly limit: number; readonly cursor?: string };

const ROWS_OF_A_PAGE = 200;
const PAGES_MAX = 500;

export const allPages = async <Answer extends Page, Row>(
  ask: (query: PageQuery) => Promise<Answer>,
  rowsOf: (body: Answer['body']) => readonly Row[],
): Promise<Row[]> => {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { body } = await ask({ limit: ROWS_OF_A_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...rowsOf(body));
    cursor = body.nextCursor;
    if (cursor === undefined) return rows;
  }
  throw new Failure(EXIT.failed, 'the service’s listing does not come to an end');
};
