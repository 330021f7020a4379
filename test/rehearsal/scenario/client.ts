/** A person's way to the service: its HTTP API and a token, nothing else. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body };
/** A parsed answer to look into. */
export type Body = { readonly [name: string]: unknown };

export type Client = {
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  /** The body of the answer; throws unless it has that status. */
  readonly expect: (status: number, ...call: Parameters<Client['call']>) => Promise<Body>;
};

export const clientOf = (url: string, token: string | undefined): Client => {
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json$/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : {} };
  };
  return {
    call,
    expect: async (status, method, path, ...rest) => {
      const answer = await call(method, path, ...rest);
      if (answer.status !== status)
        throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
  };
};
