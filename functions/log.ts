/** The log of a function: one JSON line an event, ids and counts only. */
import { Logger } from '@aws-lambda-powertools/logger';
import { codeOf } from '../shared/errors.ts';
import type { Log } from '../shared/service/deps.ts';

export const functionLog = (serviceName: string): Log => {
  const logger = new Logger({ serviceName });
  return {
    info: (event, fields) => logger.info(event, { ...fields }),
    warn: (event, fields) => logger.warn(event, { ...fields }),
    error: (event, fields, cause) => logger.error(event, { ...fields, ...causeFields(cause) }),
  };
};

/** Where it happened, not what was said: messages of errors may quote mail or what a server answered. */
export const causeFields = (cause: unknown): Record<string, string | string[]> => {
  if (!(cause instanceof Error)) return {};
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { errorName: cause.name, errorCode: codeOf(cause), frames: frames.slice(0, 12).map((line) => line.trim()) };
};
