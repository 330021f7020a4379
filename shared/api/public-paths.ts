/** Read without a token; the stack and the local server let these through. */
export const PUBLIC_PATHS: readonly string[] = ['/openapi.json', '/docs'];
