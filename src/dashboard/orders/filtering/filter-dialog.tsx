import { useSignal } from '@preact/signals'
import { amountText, decimals } from '../../formats'
import { t } from '../../languages/orders-dialogs'
import { t as shared } from '../../languages/shared'
import { Dialog } from '../../parts/dialog'
import { LeaveButton } from '../../parts/leave-button'
import { parseAmount } from '../../parts/numbers'
import { TextField } from '../../parts/text-field'
import { setQuery } from '../../routing'
import type { OrderFilter } from '../filter'
import { presetNames, presets } from './dates'

const DAYS = 'days'

interface FilterDialogProps {
  filter: OrderFilter
  onClose: () => void
}

/** Narrows the list by time and by total. */
export function FilterDialog({ filter, onClose }: FilterDialogProps) {
  const when = useSignal<string>(filter.preset ?? (filter.from || filter.to ? DAYS : ''))
  const [from, to] = [useSignal(filter.from), useSignal(filter.to)]
  const textOf = (amount: number | undefined) => (amount === undefined ? '' : amountText(amount))
  const [least, most] = [useSignal(textOf(filter.minTotal)), useSignal(textOf(filter.maxTotal))]
  const isTried = useSignal(false)

  /** NaN for an invalid amount. */
  const amountIn = (text: string) =>
    text.trim() ? (parseAmount(text, decimals.value) ?? Number.NaN) : undefined
  const [minTotal, maxTotal] = [amountIn(least.value), amountIn(most.value)]
  const faultOf = (amount: number | undefined) =>
    isTried.value && Number.isNaN(amount) ? t.mustBeAnAmount(amountText(24.5)) : undefined

  const submit = (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (Number.isNaN(minTotal) || Number.isNaN(maxTotal)) return
    const isDays = when.value === DAYS
    setQuery({
      date: isDays ? '' : when.value,
      from: isDays ? from.value : '',
      to: isDays ? to.value : '',
      minTotal: String(minTotal ?? ''),
      maxTotal: String(maxTotal ?? ''),
    })
    onClose()
  }
  return (
    <Dialog title={t.filterOrders} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <label class="field">
          <span>{shared.placed}</span>
          <select
            autofocus
            value={when}
            onChange={({ currentTarget: { value } }) => {
              when.value = value
            }}
          >
            <option value="">{t.atAnyTime}</option>
            {presets.map((preset) => (
              <option key={preset} value={preset}>
                {presetNames()[preset]}
              </option>
            ))}
            <option value={DAYS}>{t.betweenTwoDays}</option>
          </select>
        </label>
        {when.value === DAYS && (
          <div class="pair">
            <TextField label={t.since} type="date" value={from} />
            <TextField label={t.to} type="date" value={to} min={from.value} />
          </div>
        )}
        <div class="pair">
          <TextField label={t.totalFrom} value={least} fault={faultOf(minTotal)} inputMode="decimal" />
          <TextField label={t.totalUpTo} value={most} fault={faultOf(maxTotal)} inputMode="decimal" />
        </div>
        <footer class="actions">
          <button class="button primary" type="submit">
            {t.showTheseOrders}
          </button>
          <LeaveButton onLeave={onClose}>{shared.cancel}</LeaveButton>
        </footer>
      </form>
    </Dialog>
  )
}
