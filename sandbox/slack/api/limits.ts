/** Slack's rate limits: per-method tiers over a sliding minute, and one message a second in each channel. */

import type { Clock } from '../../clock.ts';

/**
 * Calls a minute, per method and workspace (https://docs.slack.dev/apis/web-api/rate-limits). `generous` methods
 * are not limited here; `posting` ones are limited by channel.
 */
export type Tier = 1 | 2 | 3 | 4 | 'generous' | 'posting';

/** Decides whether a call may go through: null when it may, else the seconds to say in `Retry-After`. */
export type Limits = { readonly refuse: (method: string, tier: Tier, token: string, channel: string) => number | null };

const perMinute = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** Messages a channel takes at once before the one a second applies. Slack says "short bursts"; three is our guess. */
const burst = 3;

/** Limits that never refuse. */
export const noLimits: Limits = { refuse: () => null };

/** Limits as Slack applies them, on the sandbox's clock. */
export function slackLimits(clock: Clock): Limits {
  const windows = new Map<string, number[]>();
  const nextSlot = new Map<string, number>();

  const overTier = (key: string, limit: number): number | null => {
    const now = clock.now();
    const recent = (windows.get(key) ?? []).filter((at) => at > now - 60_000);
    windows.set(key, recent);
    const oldest = recent[0];
    if (oldest !== undefined && recent.length >= limit) return Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000));
    recent.push(now);
    return null;
  };

  const overChannel = (channel: string): number | null => {
    const now = clock.now();
    const slot = Math.max(nextSlot.get(channel) ?? now, now);
    const wait = slot - now - (burst - 1) * 1000;
    if (wait > 0) return Math.ceil(wait / 1000);
    nextSlot.set(channel, slot + 1000);
    return null;
  };

  return {
    refuse(method, tier, token, channel) {
      if (tier === 'generous') return null;
      if (tier === 'posting') return overChannel(channel);
      return overTier(`${token} ${method}`, perMinute[tier]);
    },
  };
}
