import type { ComponentChildren } from 'preact'

/** A sentence with elements in it, in the order that its language needs: phrase`Sent to ${address}.` */
export const phrase = (texts: TemplateStringsArray, ...values: ComponentChildren[]): ComponentChildren =>
  texts.flatMap((text, i) => (i < values.length ? [text, values[i]] : [text]))
