/** Answers of AWS's query protocol, which STS and CloudFormation speak: XML around a result. */
import { XMLBuilder } from 'fast-xml-parser';

/** Lists become `<member>` elements; undefined is left out. */
export type Result = {
  readonly [name: string]: string | number | Date | undefined | Result | readonly Result[] | readonly string[];
};

/** An error as the SDK's clients read it, with the HTTP status 400. */
export class QueryError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const builder = new XMLBuilder({ format: false });

export const answerXml = (action: string, result: Result): string =>
  builder.build({
    [`${action}Response`]: { [`${action}Result`]: shaped(result), ResponseMetadata: { RequestId: 'rehearsal' } },
  });

export const errorXml = ({ code, message }: QueryError): string =>
  builder.build({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: 'rehearsal' } });

const shaped = (value: Result): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, inner(one)]),
  );

const inner = (value: Result[string]): unknown => {
  if (Array.isArray(value)) return { member: value.map((one) => (typeof one === 'string' ? one : shaped(one))) };
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? shaped(value as Result) : value;
};
