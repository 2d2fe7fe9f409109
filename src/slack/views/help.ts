/** The help: every subcommand on a line. */
import { command } from '../ids.ts';
import { bare, escape, mrkdwn } from './text.ts';
import type { Message } from './text.ts';

/** What each subcommand takes and does; `[n]` is an incident's number, by default that of the channel. */
const subcommands: Readonly<Record<string, readonly (readonly [usage: string, does: string])[]>> = {
  declare: [['declare [info|warning|high|critical] <title>', 'open an incident; without a title a form asks for it']],
  list: [['list', 'open incidents']],
  oncall: [['oncall [service]', 'whose turn it is, by PagerDuty; for you alone']],
  status: [['status [n]', 'the card of an incident, for you alone']],
  ack: [['ack [n]', 'you look after it for now']],
  unack: [['unack [n]', 'you do not look after it any more']],
  snooze: [['snooze [n] <45m|2h>', 'keep what you hold for so long, 24 hours at most']],
  catchup: [['catchup [n]', 'what fires, who was called, what was tried; for you alone']],
  page: [['page [#n] <@somebody|policy> [reason]', 'call them now, in Slack and by PagerDuty']],
  escalate: [['escalate [#n] [level] [reason]', 'call the next level of the policy now, or this one']],
  handoff: [
    ['handoff [#n] @somebody [note]', 'offer them the command, with what was tried'],
    ['handoff [#n] accept', 'take the command that you are offered'],
  ],
  commander: [['commander [n]', 'you lead it']],
  resolve: [['resolve [n] [reason]', 'close it; while it fires, say why']],
  runbook: [
    ['runbook [n]', 'where its runbook is, for you alone'],
    ['runbook list', 'all runbooks'],
    ['runbook choose <id> [n] [reason]', 'follow this runbook; instead of another one, say why'],
    ['runbook start <id> [service]', 'open a checklist, or a runbook that is started by hand'],
  ],
  step: [['step done|skip|run|retry [#n] [text]', 'what the buttons of the step do; to skip, say why']],
  do: [
    ['do [#n] restart|pause|resume [service]', 'ask for it; a plan comes first'],
    ['do [#n] scale [service] <pods>', 'the same'],
    ['do [#n] rollback [service] [revision]', 'by default to the previous version'],
    ['do [#n] delete-pod [service] <pod>', 'for a pod that is stuck'],
    ['do [#n] bounds [service] <min>-<max>', 'of the autoscaler'],
    ['do [#n] diagnose [service]', 'what is wrong with its pods, said in the channel'],
    ['do [#n]', 'a form asks for everything'],
  ],
  silence: [['silence [#n] <30m|2h> [why]', 'hide what fires, in Alertmanager; lifted when it is over']],
  automation: [['automation on|off', 'let Vigie run steps by itself, or stop all of that at once']],
  approve: [['approve [n|run]', 'say yes to the plan of a run such as 12-1; without one, see what waits']],
  cancel: [['cancel <run>', 'call it off before it runs']],
  revert: [['revert <run>', 'plan to put back what it changed']],
  keep: [['keep <run> <30m|12h|3d|2w> <why>', 'leave what it changed; it is yours until then']],
  help: [['help', 'this list']],
};

/** All subcommands. */
export const subcommandNames = Object.keys(subcommands);

/** Draws the help, for somebody who asked for it or whose word is `unknown`; `meant` is the nearest known one. */
export function helpOf(unknown: string | null, meant: string | null): Message {
  const first =
    unknown === null
      ? ''
      : `I don't know "${bare(unknown, 40)}".${meant === null ? '' : ` Did you mean \`${command} ${meant}\`?`}\n`;
  const lines = Object.values(subcommands)
    .flat()
    .map(([usage, does]) => `\`${command} ${escape(usage)}\` ${does}`);
  const text = `${first}${lines.join('\n')}\n\`${command}\` alone opens the form. [n] is the incident of the channel when left out.`;
  return {
    text: unknown === null ? 'How to use Vigie' : first.trim(),
    blocks: [{ type: 'section', text: mrkdwn(text) }],
  };
}
