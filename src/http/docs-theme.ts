/**
 * The style of the page at /docs around Swagger UI, and colours in place of its own: its text has too little contrast with what is behind it
 * (WCAG 2.2, 1.4.3: 4.5 to 1). Its rules are as specific as these, or less.
 */
export const THEME = `
html { box-sizing: border-box; overflow-y: scroll; }
*, ::before, ::after { box-sizing: inherit; }
body { margin: 0; background: #fafafa; }
.swagger-ui .info a, .swagger-ui .info .title + a, .swagger-ui .info .url, .swagger-ui .markdown a { color: #1a5fb4; }
.swagger-ui .info .title small, .swagger-ui .info .title small.version-stamp { background: #4a5160; }
.swagger-ui .info .title small.version-stamp { background: #41660a; }
.swagger-ui .btn.authorize { border-color: #14664c; color: #14664c; }
.swagger-ui .btn.authorize svg { fill: #14664c; }
.swagger-ui .btn.cancel { border-color: #b3261e; color: #b3261e; }
.swagger-ui .btn.execute { border-color: #1a5fb4; background: #1a5fb4; color: #fff; }
.swagger-ui .download-contents { background: #4a5160; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #55585e; }
.swagger-ui .parameter__in { color: #55585e; }
.swagger-ui .microlight span[style*="211, 99, 99"] { color: #f29b9b !important; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1a5fb4; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14664c; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a5200; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0b6b58; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
`
