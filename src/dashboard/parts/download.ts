import { call } from '../api/call'
import { explain } from '../api/failures'
import { t } from '../languages/shared'
import { showToast } from '../live/toasts'

/** Lets the browser save the file at `path` of the server. An expired session is renewed first. */
export async function download(path: string): Promise<void> {
  try {
    await call('GET', '/auth/me')
  } catch (error) {
    return showToast({ key: 'download', text: t.nothingWasSaved, detail: explain(error) })
  }
  const link = document.createElement('a')
  link.href = path
  link.download = ''
  link.click()
}
