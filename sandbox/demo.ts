/** `npm run demo`: the whole loop on one machine with nothing but Node, playing a recorded evening. `--once` plays it and ends. */
import { Command } from 'commander';
import { Disappointment, playEvening } from './demo/evening.ts';
import { setStage } from './demo/stage.ts';
import type { Stage } from './demo/stage.ts';

const started = performance.now();
const { once } = new Command('demo')
  .description('Plays a recorded evening through the real bot and a simulated Slack.')
  .option('--once', 'play, print, and end: with 0, or 1 when something expected did not happen')
  .parse()
  .opts<{ once?: boolean }>();

const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s`;
const say = (text: string): void => console.log(`${seconds()}  ${text}`);

async function play(stage: Stage): Promise<boolean> {
  try {
    await playEvening(stage, say);
    return true;
  } catch (error) {
    if (!(error instanceof Disappointment)) throw error;
    console.log(`\nThe evening went wrong: ${error.message}. The bot's log is ${stage.log}.`);
    return false;
  } finally {
    console.log(`\nWhat Slack showed:\n\n${stage.slack.transcript({ times: true })}`);
  }
}

function printPlaces({ slack, webhook, privateUrl, log }: Stage): void {
  console.log(`
It stays up. Poke it:

  what Slack shows       curl ${slack.baseUrl}/admin/transcript
  all of Slack as JSON   curl ${slack.baseUrl}/admin/state
  type a command         curl ${slack.baseUrl}/admin/command -d '{"user":"ana","channel":"#incidents","text":"/incident list"}'
  fire alerts            npm run vigie -- fire test/fixtures/alertmanager/single-firing.json --url ${webhook}
                         (with AM_TOKEN=demo-alertmanager-token and --token-env AM_TOKEN)
  incidents              curl ${privateUrl}/incidents?all
  health, metrics        curl ${privateUrl}/ready ; curl ${privateUrl}/metrics
  the bot's log          tail -f ${log}

Ctrl-C ends it.`);
}

say('starting a simulated Slack and the real bot, on an embedded database');
await using stage = await setStage();
say('both are up');
const went = await play(stage);
if (!went) process.exitCode = 1;
if (once !== true) {
  printPlaces(stage);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
}
