import type { CheckoutView } from '../../../contract/checkout'
import type { OrderView } from '../../../contract/order'
import { call } from '../../api/call'
import { t } from '../../languages/print'
import { useAction } from '../../parts/action'
import { Menu } from '../../parts/menu'
import { Progress } from '../../parts/progress'
import { print } from './printing'

/** Prints the packing slip of an order, with the other orders of its parcel. */
export function PrintSlip({ order }: { order: OrderView }) {
  const action = useAction()
  const run = () =>
    action.run(async (retryOptions) => {
      if (order.checkoutId === null) return print('slips', [order], retryOptions)
      const path = `/checkouts/${encodeURIComponent(order.checkoutId)}`
      await print('slips', (await call<CheckoutView>('GET', path, retryOptions)).body.orders, retryOptions)
    })
  return (
    <div>
      <button class="button small" type="button" aria-disabled={action.busy.value} onClick={() => void run()}>
        {t.printThePackingSlip}
      </button>
      <Progress action={action} />
    </div>
  )
}

/** Prints the papers of the selected orders. */
export function PrintMenu({ orders }: { orders: OrderView[] }) {
  const action = useAction()
  const run = (paper: 'slips' | 'picking') =>
    void action.run((retryOptions) => print(paper, orders, retryOptions))
  return (
    <>
      <Menu label={t.print}>
        <button type="button" onClick={() => run('slips')}>
          {t.packingSlips}
        </button>
        <button type="button" onClick={() => run('picking')}>
          {t.pickingList}
        </button>
      </Menu>
      <Progress action={action} />
    </>
  )
}
