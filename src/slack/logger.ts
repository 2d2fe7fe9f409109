/** Bolt's and the Web API's log lines, written by pino. */
import { LogLevel } from '@slack/bolt';
import type { Logger } from '@slack/bolt';
import type { BaseLogger } from 'pino';

/** A logger in Slack's form. Its level is pino's business; debug is dropped, as it carries the text of messages. */
export function slackLogger(log: BaseLogger): Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void => {
      const err = parts.find((part) => part instanceof Error);
      const text = parts
        .filter((part) => part !== err)
        .map(String)
        .join(' ');
      if (err === undefined) log[level](text);
      else log[level]({ err }, text === '' ? 'Slack client' : text);
    };
  return {
    debug: () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
