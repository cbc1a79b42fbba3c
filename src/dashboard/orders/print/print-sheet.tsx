import { useEffect } from 'preact/hooks'
import { PackingSlip, parcelsOf } from './packing-slip'
import { PickingList } from './picking-list'
import { printing } from './printing'

/** The papers being printed, in place of the page. Invisible on the screen. */
export function PrintSheet() {
  const now = printing.value
  useEffect(() => {
    if (now) window.print()
  }, [now])
  if (!now) return null
  if (now.paper === 'picking') return <PickingList orders={now.orders} />
  return (
    <>
      {parcelsOf(now.orders).map((orders) => (
        <PackingSlip key={orders[0]?.id} orders={orders} />
      ))}
    </>
  )
}
