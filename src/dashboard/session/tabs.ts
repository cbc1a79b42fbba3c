import type { SignedIn } from './session'

/** What tabs tell each other: that one signed in, or has new tokens; or, without it, that one signed out. */
interface News {
  signedIn?: SignedIn
}

const channel = new BroadcastChannel('stockroom-session')

export const tellOtherTabs = (news: News): void => channel.postMessage(news)

export function whenOtherTabsTell(listener: (news: News) => void): void {
  channel.addEventListener('message', ({ data }: MessageEvent<News>) => listener(data))
}
