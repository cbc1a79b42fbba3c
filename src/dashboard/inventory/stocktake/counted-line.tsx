import { change, count } from '../../formats'
import { t } from '../../languages/stocktake'
import { linkTo } from '../../routing'
import { type CountLine, countOf, type StocktakeLines } from './lines'

interface CountedLineProps {
  line: CountLine
  stocktake: StocktakeLines
  /** Called when the count is typed, to go on with the next product. */
  onDone: () => void
}

/** A product with its stock in the books and as counted. */
export function CountedLine({ line, stocktake, onDone }: CountedLineProps) {
  const { id, name, sku, stock, typed } = line
  const counted = countOf(line)
  const isWrong = typed.trim() !== '' && counted === undefined
  const difference = (counted ?? stock) - (line.expected ?? stock)
  return (
    <li class={line.fault === undefined ? undefined : 'refused'}>
      <span class="what">
        <a href={linkTo('inventory', id, 'ledger')} dir="auto">
          {name}
        </a>
        <small class="quiet">{sku ?? t.noSku}</small>
      </span>
      <span class="books">
        <span class="quiet">{t.inTheBooks}</span> {count(line.expected ?? stock)}
      </span>
      <input
        id={`count-${id}`}
        inputMode="numeric"
        autocomplete="off"
        aria-label={t.countedOf(name)}
        aria-invalid={isWrong}
        maxLength={14}
        value={typed}
        onInput={({ currentTarget: { value } }) => stocktake.type(id, value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (!isWrong) onDone()
        }}
      />
      <span class="difference">
        {isWrong ? (
          <span class="fault">{t.aWholeNumber}</span>
        ) : counted === undefined ? (
          <span class="quiet">{t.notCounted}</span>
        ) : difference === 0 ? (
          <span class="quiet">{t.asInTheBooks}</span>
        ) : (
          <strong>{change(difference)}</strong>
        )}
      </span>
      <button
        class="button small bare"
        type="button"
        aria-label={t.takeOffTheList(name)}
        onClick={() => stocktake.remove(new Set([id]))}
      >
        ×
      </button>
      {line.fault !== undefined && <Fault line={line} stocktake={stocktake} />}
    </li>
  )
}

/** Why a line was not saved. Where the stock has changed since the count, the person says which of the two came first. */
function Fault({ line, stocktake }: Pick<CountedLineProps, 'line' | 'stocktake'>) {
  const { fault, expected = 0, id } = line
  const counted = countOf(line)
  if (typeof fault !== 'object' || counted === undefined) return <p class="fault">{String(fault)}</p>
  const { available } = fault
  const shifted = Math.max(0, counted + available - expected)
  return (
    <div class="fault" role="alert">
      <span>{t.notSavedTheStock(count(expected), count(available))}</span>
      <button class="button small" type="button" onClick={() => stocktake.settle(id, shifted, available)}>
        {t.countedBeforeThat(count(shifted))}
      </button>
      <button class="button small" type="button" onClick={() => stocktake.settle(id, counted, available)}>
        {t.countedAfterIt(count(counted))}
      </button>
    </div>
  )
}
