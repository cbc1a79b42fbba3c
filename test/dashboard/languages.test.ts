import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { problems } from '../../src/errors.js'
import { ROOT } from '../../src/paths.js'

const DASHBOARD = join(ROOT, 'src/dashboard')
const LANGUAGES = join(DASHBOARD, 'languages')
/** Files of the folder that hold no texts. */
const MACHINERY = ['choice.ts', 'language.ts', 'load.ts', 'phrase.ts', 'plural.ts', 'problems.ts']

/** Texts that are the same in both languages. */
const SAME = new Set(
  `'Name' 'Code' 'Passkeys' 'Person' 'Webhook' 'System' 'Passkey' '+20 or -3' 'SKU' 'Live' 'Offline' 'Webhooks' 'Status'
  'Admin'`
    .match(/'[^']+'/g)
    ?.map((text) => text.slice(1, -1)),
)

const parse = (path: string) =>
  ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  )

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  node.forEachChild((child) => walk(child, visit))
}

/** The texts of a page by their keys; those with values by the source of what they return. */
function textsOf(path: string): Map<string, string> {
  const texts = new Map<string, string>()
  walk(parse(path), (node) => {
    if (!ts.isVariableDeclaration(node) || !node.initializer) return
    if (!ts.isObjectLiteralExpression(node.initializer)) return
    for (const property of node.initializer.properties) {
      if (!ts.isPropertyAssignment(property)) throw new Error(`${path}: ${property.getText()}`)
      const { initializer } = property
      const text = ts.isArrowFunction(initializer) ? initializer.body.getText() : initializer.getText()
      texts.set(property.name.getText(), text.replace(/^(['"])(.*)\1$/s, '$2'))
    }
  })
  return texts
}

const pages = readdirSync(LANGUAGES).filter((name) => name.endsWith('.ts') && !MACHINERY.includes(name))
const sources = readdirSync(DASHBOARD, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('languages') && !name.startsWith('vite'))
  .map((name) => join(DASHBOARD, name))

t.test('every text is in German, in words of its own', async (t) => {
  t.ok(pages.length > 10)
  const index = readFileSync(join(LANGUAGES, 'german/index.ts'), 'utf8')
  for (const page of pages) {
    t.ok(index.includes(`from './${page.replace('.ts', '.js')}'`), `${page} is in the catalogue`)
    const [english, german] = [textsOf(join(LANGUAGES, page)), textsOf(join(LANGUAGES, 'german', page))]
    t.same([...german.keys()].sort(), [...english.keys()].sort(), page)
    const same = [...english].filter(
      ([key, text]) => german.get(key) === text && /\p{L}{3}/u.test(text.replace(/\$\{\w+\}/g, '')),
    )
    t.same(
      same.map(([, text]) => text).filter((text) => !SAME.has(text)),
      [],
      `${page}: the same in English and German`,
    )
  }
})

t.test('the problems with texts in German are problems of the server', async (t) => {
  const codes = new Set<string>(Object.values(problems).map(({ code }) => code))
  const [, table = ''] =
    /new Map\(([\s\S]*?)\n\)\n/.exec(readFileSync(join(LANGUAGES, 'german/problems.ts'), 'utf8')) ?? []
  const translated = [...table.matchAll(/^ +'?([a-z-]+)'?:/gm)].map(([, code = '']) => code)
  t.ok(translated.length > 20)
  t.same(
    translated.filter((code) => !codes.has(code)),
    [],
  )
})

t.test('every text of the catalogue is shown somewhere', async (t) => {
  const used = new Set<string>()
  for (const path of sources) {
    const file = parse(path)
    const aliases = new Map<string, string>()
    walk(file, (node) => {
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
        const [, page] = /languages\/([\w-]+)(\.js)?$/.exec(node.moduleSpecifier.text) ?? []
        const named = node.importClause?.namedBindings
        if (page && named && ts.isNamedImports(named))
          for (const { name } of named.elements) aliases.set(name.text, page)
      }
      if (ts.isPropertyAccessExpression(node)) {
        const page = aliases.get(node.expression.getText())
        if (page) used.add(`${page} ${node.name.text}`)
      }
    })
  }
  for (const page of pages)
    t.same(
      [...textsOf(join(LANGUAGES, page)).keys()].filter(
        (key) => !used.has(`${basename(page, '.ts')} ${key}`),
      ),
      [],
      page,
    )
})

/** Attributes that people read or hear. */
const READ = new Set(
  `alt aria-description aria-label busyLabel cancelLabel hint label placeholder title`.split(' '),
)
/** Names of columns in files, and of what a browser has. */
const ALLOWED = /^(sku|name|price|stock|PublicKeyCredential|Stockroom)$/
const isSentence = (text: string) =>
  /^[\p{Lu}“][\p{L}’']*[ :,] ?\p{L}+/u.test(text) && !/^Shift X$/.test(text)

/** Whether a literal is compared, or an argument, or within a function: then it is no content of its element. */
function isContent(literal: ts.Node): boolean {
  for (let node = literal; node.parent; node = node.parent) {
    const { parent } = node
    if (ts.isJsxExpression(parent)) return !ts.isJsxAttribute(parent.parent)
    if (ts.isCallExpression(parent) || ts.isFunctionLike(parent) || ts.isJsxAttribute(parent)) return false
    if (ts.isBinaryExpression(parent) && /^[!=]==$|^in$/.test(parent.operatorToken.getText())) return false
  }
  return false
}

/** Whether a literal is a branch within a template that is no attribute, such as a class. */
function isBranchOfText(literal: ts.Node): boolean {
  const choice = literal.parent
  if (!ts.isConditionalExpression(choice) || !ts.isTemplateSpan(choice.parent)) return false
  for (let node: ts.Node = choice; node.parent; node = node.parent) if (ts.isJsxAttribute(node)) return false
  return true
}

t.test('no text that people read is outside of the catalogue', async (t) => {
  const faults: string[] = []
  for (const path of sources)
    walk(parse(path), (node) => {
      const text =
        ts.isJsxText(node) ||
        ts.isStringLiteralLike(node) ||
        ts.isTemplateHead(node) ||
        ts.isTemplateMiddleOrTemplateTail(node)
          ? node.text.trim()
          : ''
      if (!/\p{L}{2}/u.test(text) || ALLOWED.test(text)) return
      const isAttribute = ts.isJsxAttribute(node.parent) && READ.has(node.parent.name.getText())
      if (ts.isJsxText(node) || isAttribute || isContent(node) || isBranchOfText(node) || isSentence(text))
        faults.push(`${path.slice(DASHBOARD.length + 1)}: ${text}`)
    })
  t.same(faults, [])
})

t.test('styles hold no words, and know no text of a page', async (t) => {
  const folder = join(DASHBOARD, 'styles')
  for (const name of readdirSync(folder))
    t.same(
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => /content: ".*\p{L}|\[(aria-label|title|placeholder)/u.test(line)),
      [],
      name,
    )
})

t.test('styles name sides by the direction of the text', async (t) => {
  const PHYSICAL =
    /(margin|padding|border)-(left|right)|^\s*(left|right):|text-align: (left|right)|float: (left|right)/
  const folder = join(DASHBOARD, 'styles')
  for (const name of readdirSync(folder))
    t.same(
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => PHYSICAL.test(line)),
      [],
      name,
    )
})
