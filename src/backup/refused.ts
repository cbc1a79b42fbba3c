/** A backup or restore was refused. The message is one line. */
export class BackupRefused extends Error {
  override name = 'BackupRefused'
}
