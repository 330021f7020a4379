/** The OpenAPI document as it is answered and kept in docs/. */
import { openApiDocument } from './document.ts';

export const openApiText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;
