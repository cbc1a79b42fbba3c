import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../on-disk.js'
import { encode, type Sender } from './encode.js'
import { DeliveryFailure, type Transport } from './message.js'

export interface FileOptions {
  /** The folder of the files. It is made at the first mail. */
  folder: string
  from: Sender
}

/** Writes each mail to a file for mail programs, in place of sending it: for development. Only its owner may read it. */
export function createFileTransport({ folder, from }: FileOptions): Transport {
  return {
    async send(message) {
      const { data } = await encode(message, from)
      const file = join(folder, `${message.id}.eml`)
      try {
        makeFolder(folder)
        await writeFile(`${file}.part`, data, { mode: 0o600 })
        await rename(`${file}.part`, file)
      } catch (error) {
        throw new DeliveryFailure(error)
      }
      return file
    },

    close() {},
  }
}
