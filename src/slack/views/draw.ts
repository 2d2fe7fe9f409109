/** Draws an incident for the surface it stands on. */
import type { Incident } from '../../incident/incident.ts';
import { announcementOf } from './announcement.ts';
import { cardOf } from './card.ts';
import type { Scene } from './scene.ts';
import type { Message } from './text.ts';

/** The message for a scene. */
export function draw(incident: Incident, scene: Scene): Message {
  switch (scene.surface) {
    case 'announcement':
      return announcementOf(incident, scene);
    case 'card':
    case 'status':
      return cardOf(incident, scene);
  }
}
