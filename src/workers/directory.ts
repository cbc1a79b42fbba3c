import type { Channel, Handler } from './channel.js'
import type { CommitterHub } from './committer-hub.js'
import type { Meeting } from './meeting.js'

/** A worker's name in the ids of its Engine.IO connections, and where it is. */
export interface Registration {
  name: string
  meeting: Meeting
}

/** The committer's method for workers that register, and tells all of them where they are. */
export function directoryMethods(hub: CommitterHub): Record<string, Handler> {
  const registrations = new Map<Channel, Registration>()

  const tell = () =>
    hub.tellAll(
      'workers',
      Object.fromEntries([...registrations.values()].map(({ name, meeting }) => [name, meeting])),
    )

  return {
    register(registration: Registration, from: Channel): void {
      registrations.set(from, registration)
      from.onClose(() => {
        registrations.delete(from)
        tell()
      })
      tell()
    },
  }
}
