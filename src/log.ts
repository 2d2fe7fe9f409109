/** The log: one JSON line for each recorded event and each performed effect. Secrets never reach it. */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Anything that may hold a credential, wherever it stands in a logged object. */
const secret = [
  'token',
  'password',
  'authorization',
  'secret',
  'signing_secret',
  'bot_token',
  'app_token',
  'routing_key',
];

/** Opens the log at a level, to standard output unless told otherwise. */
export const openLog = (level: string, to?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    to ?? pino.destination({ sync: false }),
  );
