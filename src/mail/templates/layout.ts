import { escapeHtml } from '../../escape-html.js'

/** The content of a mail. */
export interface Content {
  subject: string
  /** Plain text. */
  paragraphs: string[]
  /** What the reader is to do, and the address where it is done. It follows the first paragraph. */
  action?: { label: string; link: string }
}

const paragraph = (html: string) => `<p style="margin:0 0 16px">${html}</p>`

/** Renders a mail as plain text and as HTML. Neither loads anything from elsewhere. */
export function render({ subject, paragraphs, action }: Content, shop: string) {
  const [first = '', ...rest] = paragraphs
  const textParts = [first, ...(action ? [`${action.label}:\n${action.link}`] : []), ...rest, `-- \n${shop}`]
  const button =
    action &&
    paragraph(`<a href="${escapeHtml(action.link)}">${escapeHtml(action.label)}</a>`) +
      paragraph(`<small>${escapeHtml(action.link)}</small>`)
  const body = [
    paragraph(escapeHtml(first)),
    button ?? '',
    ...rest.map((text) => paragraph(escapeHtml(text))),
  ].join('\n')
  return {
    subject,
    text: `${textParts.join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:36em;margin:0 auto;padding:24px">
${body}
<p style="color:#666">${escapeHtml(shop)}</p>
</body>
</html>
`,
  }
}
