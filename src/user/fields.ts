import { NewUser } from '../routes/auth/schema.js'

interface TextSchema {
  minLength?: number
  maxLength?: number
  pattern?: string
}

/** Whether the API accepts `text` for the field of `schema`; the length counts code points, as JSON Schema does. */
const fits = (
  text: string,
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = '' }: TextSchema,
) => {
  const { length } = [...text]
  return length >= minLength && length <= maxLength && new RegExp(pattern, 'u').test(text)
}

/** Whether a registration would accept the email address. */
export const fitsEmail = (email: string): boolean => fits(email, NewUser.properties.email)

/** Whether a registration would accept the name of a person. */
export const fitsName = (name: string): boolean => fits(name, NewUser.properties.name)
