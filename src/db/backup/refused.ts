/** Why a backup is not made, or not restored. The message says it in a line. */
export class BackupRefused extends Error {
  override name = 'BackupRefused'
}
