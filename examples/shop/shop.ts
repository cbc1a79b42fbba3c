/** A shop's page: lists the products, orders, and follows the orders live. */
import { createClient, isProblem, type Position, ProblemError } from 'stockroom/client'

const shop = createClient({ url: location.origin })

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found as T
}

const notice = (text: string) => {
  element('notice').textContent = text
}

/** Returns the line of a list with this id, new if need be. */
function lineOf(list: string, id: string): HTMLLIElement {
  const known = document.getElementById(id)
  if (known) return known as HTMLLIElement
  const line = document.createElement('li')
  line.id = id
  element(list).append(line)
  return line
}

async function order(productId: string): Promise<void> {
  const { data, error } = await shop.POST('/orders', { body: { productId, quantity: 1 } })
  if (data) notice(`Ordered ${data.productName}`)
  else if (error.type === '/problems/insufficient-stock') notice(`Only ${error.available} left`)
  else notice(error.title)
}

async function showProducts(): Promise<void> {
  for await (const { id, name, price, stock } of shop.pages('/products', { query: { sort: 'name' } })) {
    const button = document.createElement('button')
    button.textContent = `Order ${name}`
    button.onclick = () => void order(id)
    const left = document.createElement('span')
    left.textContent = `${stock} left`
    lineOf('products', `product-${id}`).replaceChildren(`${name}, ${price} `, left, ' ', button)
  }
}

interface ShownOrder {
  id: string
  productName: string
  status: string
}

const showOrder = ({ id, productName, status }: ShownOrder) => {
  lineOf('orders', `order-${id}`).textContent = `${productName}: ${status}`
}

async function showOrders(): Promise<void> {
  for await (const each of shop.pages('/orders')) showOrder(each)
}

/** Shows the orders of the signed-in customer, and each change of them. */
async function followOrders(): Promise<void> {
  // Called at the start, and when events were missed for too long: what follows builds on what is loaded now.
  const onReset = (_position: Position) => void showOrders()
  for await (const event of shop.live({ namespace: '/', onReset }))
    if (event.type === 'order:created' || event.type === 'order:updated') showOrder(event.data)
}

async function followStock(): Promise<void> {
  for await (const event of shop.live({ namespace: '/inventory', onReset: () => void showProducts() })) {
    if (event.type !== 'stock:changed') continue
    const left = document.querySelector(`#product-${CSS.escape(event.data.productId)} span`)
    if (left) left.textContent = `${event.data.stock} left`
  }
}

const failed = (failure: unknown) =>
  notice(failure instanceof ProblemError ? failure.problem.title : 'The shop cannot be reached')

const form = element<HTMLFormElement>('sign-in')
form.onsubmit = async (submitted) => {
  submitted.preventDefault()
  const fields = new FormData(form)
  try {
    const user = await shop.signIn({
      email: String(fields.get('email')),
      password: String(fields.get('password')),
    })
    form.hidden = true
    notice(`Welcome, ${user.name}`)
    followOrders().catch(failed)
  } catch (failure) {
    if (isProblem(failure, '/problems/mfa-required')) notice('This page knows no second factor')
    else failed(failure)
  }
}

followStock().catch(failed)

// Signed in already, by the cookie of an earlier visit.
const { data: user } = await shop.GET('/auth/me')
if (user) {
  form.hidden = true
  notice(`Welcome, ${user.name}`)
  followOrders().catch(failed)
}
