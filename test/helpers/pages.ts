import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Reads a file of the checkout. */
export const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** A fenced code block of a page. */
export interface CodeBlock {
  page: string
  /** The nearest headings above it, from level 2 on, such as `Back up › SQLite`. */
  heading: string
  language: string
  /** Without the indentation of a list. */
  code: string
}

/** Returns the code blocks of `page` in their order. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let headings: string[] = []
  let open: (CodeBlock & { indent: number }) | undefined
  for (const line of read(page).split('\n')) {
    const [, indent = '', language] = /^( *)```(\w*)\s*$/.exec(line) ?? []
    if (open && language !== undefined) {
      blocks.push({ page, heading: open.heading, language: open.language, code: open.code })
      open = undefined
    } else if (open) open.code += `${line.slice(open.indent)}\n`
    else if (language !== undefined)
      open = { page, heading: headings.join(' › '), language, code: '', indent: indent.length }
    else {
      const [, marks = '', heading] = /^(#+) (.+)$/.exec(line) ?? []
      if (heading) headings = [...headings.slice(0, Math.max(0, marks.length - 2)), heading]
      if (marks.length === 1) headings = []
    }
  }
  return blocks
}

/** Returns the first block of `language` under `heading`. */
export function codeUnder(page: string, heading: string, language = 'sh'): string {
  const block = codeBlocks(page).find((one) => one.heading === heading && one.language === language)
  if (!block) throw new Error(`${page} has no ${language} block under ${heading}`)
  return block.code
}

/** Runs `script` as a reader would, but stops at the first command that fails. */
export async function sh(script: string, cwd: string) {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn('sh', ['-eu', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, output, errors }
}
