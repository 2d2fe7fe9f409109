/** The middleware around every listener: counts it as work in hand, and answers the person when it faults. */
import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import type { BaseLogger } from 'pino';
import { z } from 'zod';
import { explain } from '../incident/fault.ts';
import { command } from './ids.ts';
import type { InFlight } from './inflight.ts';
import { notRecorded, quietly, tell } from './listeners/answers.ts';
import { answerOf } from './views/notes.ts';

/** What a command is told; unlike a press, typing it again is another cause, so it says to look first. */
const commandLost = `Not recorded: Vigie's database did not answer in time. Look at ${command} list, then try again.`;

/** The first input of a submitted form: only an input can show why a form stays open. */
const formWithInput = z.object({
  view: z.object({ blocks: z.array(z.object({ type: z.string(), block_id: z.string() })) }),
});

/** Makes the middleware. Nobody waits in vain: without an ack, Slack shows a warning sign and no reason. */
export function guard(inFlight: InFlight, log: BaseLogger) {
  return (args: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void> =>
    inFlight.run(async () => {
      try {
        await args.next();
      } catch (error) {
        log.error({ fault: explain(error) }, `answering ${args.body['type'] ?? 'a command'} in Slack`);
        await apologise(args).catch((second: unknown) => log.warn(`apologising in Slack: ${explain(second)}`));
      }
    });
}

async function apologise(args: AnyMiddlewareArgs): Promise<void> {
  if ('command' in args && args.command !== undefined) return args.ack(quietly(answerOf(commandLost)));
  if ('view' in args && args.view !== undefined) {
    const input = formWithInput.safeParse(args.body).data?.view.blocks.find(({ type }) => type === 'input');
    if (args.body.type !== 'view_submission' || input === undefined) return args.ack();
    return args.ack({ response_action: 'errors', errors: { [input.block_id]: notRecorded } });
  }
  if ('action' in args && args.action !== undefined) {
    await args.ack();
    await tell(args.respond, notRecorded);
  }
}
