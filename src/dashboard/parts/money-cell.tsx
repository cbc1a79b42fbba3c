import { money } from '../formats'

/** Characters that fit into a column at the usual size. */
const FITTING = 13

/** A cell with an amount, which is never cut off: long ones are set smaller. */
export function MoneyCell({ column, amount }: { column: 'total' | 'price'; amount: number }) {
  const text = money(amount)
  return (
    <span class={`cell ${column}${text.length > FITTING ? ' long' : ''}`} role="cell">
      {text}
    </span>
  )
}
