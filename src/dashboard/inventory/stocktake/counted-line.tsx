import { change, count } from '../../formats'
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
        <small class="quiet">{sku ?? 'No SKU'}</small>
      </span>
      <span class="books">
        <span class="quiet">In the books</span> {count(line.expected ?? stock)}
      </span>
      <input
        id={`count-${id}`}
        inputMode="numeric"
        autocomplete="off"
        aria-label={`Counted of ${name}`}
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
          <span class="fault">A whole number</span>
        ) : counted === undefined ? (
          <span class="quiet">Not counted</span>
        ) : difference === 0 ? (
          <span class="quiet">As in the books</span>
        ) : (
          <strong>{change(difference)}</strong>
        )}
      </span>
      <button
        class="button small bare"
        type="button"
        aria-label={`Take ${name} off the list`}
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
      <span>
        Not saved: the stock in the books has changed from {count(expected)} to {count(available)} meanwhile.
      </span>
      <button class="button small" type="button" onClick={() => stocktake.settle(id, shifted, available)}>
        Counted before that: {count(shifted)}
      </button>
      <button class="button small" type="button" onClick={() => stocktake.settle(id, counted, available)}>
        Counted after it: {count(counted)}
      </button>
    </div>
  )
}
