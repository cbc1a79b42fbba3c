import type { SignedInView } from '../../contract/user'

/** Sent between tabs: `signedIn` after a sign-in or a refresh, nothing after a sign-out. */
interface SessionMessage {
  signedIn?: SignedInView
}

const channel = new BroadcastChannel('stockroom-session')

export const notifyOtherTabs = (message: SessionMessage): void => channel.postMessage(message)

export function onSessionMessage(listener: (message: SessionMessage) => void): void {
  channel.addEventListener('message', ({ data }: MessageEvent<SessionMessage>) => listener(data))
}
