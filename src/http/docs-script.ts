/**
 * The script of the page at /docs: opens Swagger UI, and mends what screen readers and keyboards stumble over in it
 * (WCAG 2.2, 1.3.1, 4.1.2): fields and parts without a name, links within buttons, headings that skip a level. It is applied to
 * the elements, after each change of the page, because Swagger UI has no settings for any of it.
 */
export const SCRIPT = `
const page = document.querySelector('#swagger-ui')
const here = new URL(document.currentScript.src)

/** Names of fields and buttons; of those in a row of parameters, the parameter's. */
const NAMES = {
  '#servers': 'Server',
  '.examples-select-element': 'Example',
  '.content-type': 'Media type',
  '.body-param__text': 'Body',
  '.close-modal': 'Close',
  '.auth-btn-wrapper .authorize': 'Authorize',
  '.auth-btn-wrapper .btn-done': 'Close',
}
/** What parts of the page are, besides its main one. */
const PARTS = {
  '.information-container': ['region', 'About'],
  '.scheme-container': ['region', 'Server and sign-in'],
  '.modal-ux': ['dialog', 'Sign in'],
}
const UNNAMED = ':is(select, input, textarea):not([aria-label], .examples-select-element)'

function name(element, text) {
  if (element.getAttribute('aria-label') !== text) element.setAttribute('aria-label', text)
}

function mend() {
  for (const [selector, text] of Object.entries(NAMES))
    for (const element of page.querySelectorAll(selector)) name(element, text)
  for (const [selector, [role, text]] of Object.entries(PARTS))
    for (const element of page.querySelectorAll(selector)) {
      element.setAttribute('role', role)
      name(element, text)
    }
  for (const row of page.querySelectorAll('[data-param-name]'))
    for (const element of row.querySelectorAll(UNNAMED)) name(element, row.dataset.paramName)
  // A click on the button around it does the same.
  for (const link of page.querySelectorAll('button a[href]')) link.removeAttribute('href')
  for (const heading of page.querySelectorAll(':is(h3, h4, h5):not([aria-level])'))
    heading.setAttribute('aria-level', heading.matches('.models > *') ? 2 : heading.tagName[1] - 1)
  // As a region, a table has no rows.
  for (const table of page.querySelectorAll('table[role=region]')) table.removeAttribute('role')
}

let isDue = false
new MutationObserver(() => {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    mend()
  })
}).observe(page, { childList: true, subtree: true })

SwaggerUIBundle({
  domNode: page,
  url: new URL('../../json', here).href,
  deepLinking: true,
  // Without the bar above the page: it loads descriptions of other programs, under another name.
  layout: 'BaseLayout',
  plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  // Not that of another host.
  validatorUrl: null,
})
`
