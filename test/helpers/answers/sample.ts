import type { InjectOptions } from 'fastify'

/** An id of no row. */
export const NOWHERE = '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'

export const PASSWORD = 'correct horse battery'
export const person = { name: 'Ada Lovelace', email: 'ada@shop.test', password: PASSWORD }
export const credentials = { email: person.email, password: PASSWORD }

/** A request, the expected status of its answer, and the id in its path. */
export type Sample = [status: number, request: InjectOptions, id?: string]

/** Samples by operation. */
export type Samples = Record<string, Sample[]>
